package dev.gleisner.domain.sandbox;

import dev.gleisner.domain.json.Json;
import java.util.List;

/** What of the network exists inside. */
public sealed interface NetworkAccess {

    /**
     * A network namespace with a loopback interface and nothing else.
     *
     * @param wantedDomains names that the profile allows and that this version cannot let through yet
     */
    record Isolated(List<String> wantedDomains) implements NetworkAccess {
        public Isolated {
            wantedDomains = List.copyOf(wantedDomains);
        }
    }

    /**
     * The host's own network.
     *
     * @param connectPorts TCP ports that may be connected to (Landlock); empty for all
     */
    record Host(List<Integer> connectPorts) implements NetworkAccess {
        public Host {
            connectPorts = List.copyOf(connectPorts);
        }
    }

    /** Its form in the effective policy. */
    default Json toJson() {
        return switch (this) {
            case Isolated(var wanted) ->
                Json.object()
                        .put("mode", "isolated")
                        .put("wantedDomains", Json.strings(wanted))
                        .build();
            case Host(var ports) ->
                Json.object()
                        .put("mode", "host")
                        .put("connectPorts", Json.array(ports, Json::of))
                        .build();
        };
    }
}
