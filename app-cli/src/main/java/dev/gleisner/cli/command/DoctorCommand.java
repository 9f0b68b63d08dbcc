package dev.gleisner.cli.command;

import dev.gleisner.cli.Command;
import dev.gleisner.cli.Console;
import dev.gleisner.cli.ExitStatus;
import dev.gleisner.cli.Registry;
import dev.gleisner.domain.json.CanonicalJson;
import dev.gleisner.domain.json.Json;
import dev.gleisner.domain.record.Sight;
import dev.gleisner.ports.Availability;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.Provider;
import dev.gleisner.ports.SensorProvider;
import dev.gleisner.ports.usecase.Choice;
import dev.gleisner.ports.usecase.SensorChoice;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code doctor}: every provider, whether it works here, and what to do when it does not. */
final class DoctorCommand implements Command {
    @Override
    public String name() {
        return "doctor";
    }

    @Override
    public CommandSpec spec() {
        return Options.command(
                        this,
                        "Print every provider, whether it works on this host, and what to do when it does not.",
                        "It also says what each sensor sees, and which of them --sensor auto takes.",
                        "The exit status is 1 when some kind of provider has none that works.")
                .addOption(Options.flag("--json", "Print JSON."));
    }

    @Override
    public int run(ParseResult arguments, Console console) throws GleisnerException {
        boolean json = Options.has(arguments, "--json");
        List<Json> rows = new ArrayList<>();
        boolean healthy = true;
        List<SensorProvider> sensors = new ArrayList<>();
        Set<String> working = new HashSet<>();
        for (Map.Entry<String, List<? extends Provider>> kind :
                new Registry().all().entrySet()) {
            boolean any = false;
            for (Provider provider : Choice.ordered(kind.getKey(), kind.getValue())) {
                Availability availability = provider.probe();
                // Priority 0 is what nobody gets unasked, such as the backend that confines nothing: it heals no host.
                any |= availability.ready() && provider.priority() > 0;
                if (provider instanceof SensorProvider sensor) {
                    sensors.add(sensor);
                    if (availability.ready()) {
                        working.add(sensor.name());
                    }
                }
                rows.add(json(kind.getKey(), provider, availability));
                if (!json) {
                    print(kind.getKey(), provider, availability, console);
                }
            }
            if (!any) {
                healthy = false;
                if (!json) {
                    console.out().println(console.bad("none   ") + " no " + kind.getKey() + " works here");
                }
            }
        }
        List<String> automatic = new ArrayList<>();
        for (SensorProvider sensor : SensorChoice.automatic(sensors, each -> working.contains(each.name()))) {
            automatic.add(sensor.name());
        }
        if (json) {
            Json.Obj report = Json.object()
                    .put("healthy", healthy)
                    .put("sensorsOfAuto", Json.strings(automatic))
                    .put("providers", new Json.Arr(rows))
                    .build();
            console.out().println(new String(CanonicalJson.bytes(report), StandardCharsets.UTF_8));
        } else {
            console.out()
                    .println("--sensor auto takes here: "
                            + (automatic.isEmpty() ? "nothing" : String.join(", ", automatic)));
        }
        return healthy ? ExitStatus.OK : ExitStatus.FAILED;
    }

    private static void print(String kind, Provider provider, Availability availability, Console console) {
        String subject = " " + kind + " " + provider.name() + ": ";
        switch (availability) {
            case Availability.Ready(var detail) -> console.out().println(console.good("ready  ") + subject + detail);
            case Availability.Missing(var what, var fix) -> {
                console.out().println(console.warn("missing") + subject + what);
                console.out().println("        fix: " + fix);
            }
            case Availability.Unknown(var why) -> console.out().println(console.bad("unknown") + subject + why);
        }
        if (provider instanceof SensorProvider sensor) {
            console.out().println("        sees: " + String.join(", ", sights(sensor)));
        }
    }

    private static List<String> sights(SensorProvider sensor) {
        List<String> words = new ArrayList<>();
        for (Sight sight : Sight.values()) {
            if (sensor.sees().contains(sight)) {
                words.add(sight.key());
            }
        }
        return words;
    }

    private static Json json(String kind, Provider provider, Availability availability) {
        Json.Builder row =
                Json.object().put("kind", kind).put("name", provider.name()).put("priority", provider.priority());
        if (provider instanceof SensorProvider sensor) {
            row.put("sees", Json.strings(sights(sensor)));
        }
        switch (availability) {
            case Availability.Ready(var detail) -> row.put("state", "ready").put("detail", detail);
            case Availability.Missing(var what, var fix) ->
                row.put("state", "missing").put("detail", what).put("fix", fix);
            case Availability.Unknown(var why) -> row.put("state", "unknown").put("detail", why);
        }
        return row.build();
    }
}
