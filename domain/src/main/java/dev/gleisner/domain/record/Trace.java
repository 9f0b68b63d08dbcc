package dev.gleisner.domain.record;

import dev.gleisner.domain.json.Json;
import java.util.List;
import java.util.Optional;

/**
 * What a session did, each thing once; the log has every event. Lists are cut off where they would get too long, and
 * what is left out is counted.
 *
 * @param programs in the order in which they first ran
 * @param connections in the order in which they were first tried
 * @param files by name
 * @param programsLeftOut how many runs of programs are in none of {@code programs}
 * @param connectionsLeftOut how many events of the network are in none of {@code connections}
 * @param filesLeftOut how many files are not among {@code files}
 */
public record Trace(
        List<Program> programs,
        List<Connection> connections,
        List<AccessedFile> files,
        long programsLeftOut,
        long connectionsLeftOut,
        long filesLeftOut) {

    public Trace {
        programs = List.copyOf(programs);
        connections = List.copyOf(connections);
        files = List.copyOf(files);
    }

    /** The {@code monitorLog} of an in-toto runtime trace. */
    public Json.Obj toJson() {
        return Json.object()
                .put("process", Json.array(programs, Program::toJson))
                .put("network", Json.array(connections, Connection::toJson))
                .put("fileAccess", Json.array(files, AccessedFile::toJson))
                .build();
    }

    /** How much is not in {@link #toJson}. */
    public Json.Obj leftOutJson() {
        return Json.object()
                .put("process", programsLeftOut)
                .put("network", connectionsLeftOut)
                .put("fileAccess", filesLeftOut)
                .build();
    }

    /**
     * A program with its arguments.
     *
     * @param executable the file that ran
     * @param argv its arguments; secrets are taken out
     * @param truncated whether arguments are missing
     * @param errno the name of the error when it could not be started
     * @param count how often
     */
    public record Program(String executable, List<String> argv, boolean truncated, Optional<String> errno, long count) {
        public Program {
            argv = List.copyOf(argv);
        }

        Json toJson() {
            return Json.object()
                    .put("eventType", "process")
                    .put("processBinary", executable)
                    .put("arguments", Json.strings(argv))
                    .put("truncated", truncated)
                    .put("errno", errno.map(Json::of))
                    .put("count", count)
                    .build();
        }
    }

    /**
     * An address that was used.
     *
     * @param action {@code connect}, {@code bind}, {@code accept} or {@code send}
     * @param protocol such as {@code tcp}
     * @param address as in {@link dev.gleisner.domain.event.Event.NetworkConnect}
     * @param errno the name of the error when it failed
     * @param count how often
     */
    public record Connection(String action, String protocol, String address, Optional<String> errno, long count) {
        Json toJson() {
            Json.Builder json = Json.object().put("action", action).put("protocol", protocol);
            int colon = address.lastIndexOf(':');
            Optional<Long> port = colon < 0 ? Optional.empty() : port(address.substring(colon + 1));
            if (port.isPresent()) {
                String host = address.substring(0, colon);
                boolean bracketed = host.startsWith("[") && host.endsWith("]");
                json.put("ip", bracketed ? host.substring(1, host.length() - 1) : host)
                        .put("port", port.get());
            } else {
                json.put("address", address); // a socket with a name
            }
            return json.put("errno", errno.map(Json::of)).put("count", count).build();
        }

        private static Optional<Long> port(String digits) {
            long port = digits.isEmpty() || digits.length() > 5 ? -1 : 0;
            for (int i = 0; i < digits.length() && port >= 0; i++) {
                char c = digits.charAt(i);
                port = c < '0' || c > '9' ? -1 : port * 10 + c - '0';
            }
            return port < 0 || port > 65_535 ? Optional.empty() : Optional.of(port);
        }
    }
}
