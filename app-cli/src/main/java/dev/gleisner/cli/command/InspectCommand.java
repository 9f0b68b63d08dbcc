package dev.gleisner.cli.command;

import dev.gleisner.cli.Command;
import dev.gleisner.cli.Console;
import dev.gleisner.cli.ExitStatus;
import dev.gleisner.cli.Registry;
import dev.gleisner.domain.json.CanonicalJson;
import dev.gleisner.domain.json.Json;
import dev.gleisner.domain.statement.StatementView;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.Verifier;
import dev.gleisner.ports.usecase.Choice;
import dev.gleisner.ports.usecase.RecordReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code inspect}: what a record says, believed or not. */
final class InspectCommand implements Command {
    @Override
    public String name() {
        return "inspect";
    }

    @Override
    public CommandSpec spec() {
        return Options.command(
                        this,
                        "Show what a record says. Its signature is not checked; `verify` does that.",
                        "With no BUNDLE it is the newest record of the project in the working directory.")
                .addOption(Options.flag("--detailed", "Name every file, layer and probe."))
                .addOption(Options.flag(
                        "--activity",
                        "Show from the audit log who ran and what each process did; the log has to be the one that the"
                                + " statement names."))
                .addOption(Options.value(
                        "--show",
                        "KINDS",
                        "Of the activity only these: programs, writes, reads, deletes, network, denials, with commas"
                                + " between them."))
                .addOption(Options.flag("--json", "Print the statement, or the activity, as JSON."))
                .addPositional(Options.words("BUNDLE", "0..*", "Records."));
    }

    @Override
    public int run(ParseResult arguments, Console console) throws GleisnerException {
        Registry registry = new Registry();
        List<Path> bundles = new ArrayList<>();
        Options.words(arguments).forEach(word -> bundles.add(Path.of(word)));
        if (bundles.isEmpty()) {
            bundles.add(Records.newest(registry, console));
        }
        Optional<String> kinds = Options.text(arguments, "--show");
        if (kinds.isPresent() && !Options.has(arguments, "--activity")) {
            throw new GleisnerException.BadInput("--show", "it only chooses what --activity shows", "add --activity");
        }
        Set<ActivityKind> shown =
                kinds.isPresent() ? ActivityKind.parse(kinds.get()) : EnumSet.allOf(ActivityKind.class);
        for (Path bundle : bundles) {
            if (Options.has(arguments, "--activity")) {
                activity(registry, bundle, shown, Options.has(arguments, "--json"), console);
                continue;
            }
            Json.Obj statement = Records.statement(registry, bundle).json();
            if (Options.has(arguments, "--json")) {
                console.out().println(new String(CanonicalJson.bytes(statement), StandardCharsets.UTF_8));
            } else {
                new Sheet(console).print(bundle, statement, Options.has(arguments, "--detailed"));
            }
        }
        return ExitStatus.OK;
    }

    private static void activity(Registry registry, Path bundle, Set<ActivityKind> shown, boolean json, Console console)
            throws GleisnerException {
        Verifier verifier = Choice.best("verifier", registry.verifiers()).create();
        ActivityView view = ActivityView.of(RecordReader.unverified(verifier, bundle, Optional.empty()), shown);
        if (json) {
            Documents.print(view.toJson(), console.out());
        } else {
            view.print(bundle, console);
        }
    }

    /** One record as a person reads it. */
    private record Sheet(Console console) {
        void print(Path bundle, Json.Obj statement, boolean detailed) {
            Json.Obj predicate = statement.object("predicate");
            Json.Obj definition = predicate.object("buildDefinition");
            Json.Obj parameters = definition.object("externalParameters");
            Json.Obj internal = definition.object("internalParameters");
            Json.Obj run = predicate.object("runDetails");
            Json.Obj metadata = run.object("metadata");
            Json.Obj session = run.object("gleisner_session");
            console.out().println(bundle);
            row("signature", "not checked here; see `gleisner verify`");
            row("predicate", statement.text("predicateType").orElse("none"));
            row("session", metadata.text("invocationId").orElse("unnamed"));
            row(
                    "time",
                    metadata.text("startedOn").orElse("?") + " to "
                            + metadata.text("finishedOn").orElse("?"));
            row("command", words(parameters.array("command")));
            row("directory", parameters.text("workingDirectory").orElse("?"));
            row(
                    "profile",
                    parameters.object("profile").text("name").orElse("none") + "  sha256:"
                            + parameters
                                    .object("profile")
                                    .object("digest")
                                    .text("sha256")
                                    .orElse("?"));
            row("builder", run.object("builder").text("id").orElse("none"));
            row("kernel", internal.text("kernel").orElse("?"));
            row("outcome", outcome(session));
            row("parent", session.object("parent").text("sha256").orElse("none: the first of its chain"));
            layers(internal.object("enforcement"), detailed);
            files("wrote", statement.array("subject"), detailed);
            files("read", definition.array("resolvedDependencies"), detailed);
            row("deleted", Integer.toString(session.array("deletedFiles").size()));
            if (detailed) {
                session.array("deletedFiles").forEach(file -> item(scalar(file)));
            }
            files("byproducts", run.array("byproducts"), detailed);
            session.integer("denialCount").ifPresent(count -> row("denials", Long.toString(count)));
            for (StatementView.Source source : StatementView.of(statement).sources()) {
                sources(source, detailed);
            }
        }

        private void sources(StatementView.Source source, boolean detailed) {
            String cut = source.truncated() == 0 ? "" : ", " + source.truncated() + " truncated";
            String note = source.note().isEmpty() ? "" : " (" + source.note() + ")";
            row(
                    "seen by",
                    source.sensor() + ": " + source.events() + " events, lost "
                            + source.lost().map(String::valueOf).orElse("unknown") + cut + note);
            if (detailed) {
                item("sees " + String.join(", ", source.sees()) + "; attached "
                        + source.attachedOn().orElse("?"));
                source.counters().forEach((name, count) -> item("only counted: " + count + " " + name));
            }
        }

        private void layers(Json.Obj enforcement, boolean detailed) {
            List<Json> layers = enforcement.array("layers");
            long enforced = layers.stream()
                    .filter(each -> each instanceof Json.Obj layer
                            && layer.text("state").filter("enforced"::equals).isPresent())
                    .count();
            List<Json> probes = enforcement.array("probes");
            long held = probes.stream()
                    .filter(each ->
                            each instanceof Json.Obj probe && probe.bool("held").orElse(false))
                    .count();
            row(
                    "sandbox",
                    enforcement.bool("confined").orElse(false)
                            ? enforced + " of " + layers.size() + " layers enforced, " + held + " of " + probes.size()
                                    + " probes held, backend "
                                    + enforcement.text("backend").orElse("?")
                            : "NOT CONFINED");
            for (Json each : layers) {
                if (each instanceof Json.Obj layer
                        && (detailed || !layer.text("state").orElse("").equals("enforced"))) {
                    item(layer.text("layer").orElse("?") + " "
                            + layer.text("state").orElse("?") + ": "
                            + layer.text("detail").orElse(""));
                }
            }
            if (detailed) {
                for (Json each : probes) {
                    if (each instanceof Json.Obj probe) {
                        item("probe " + probe.text("id").orElse("?") + ": "
                                + probe.text("attempt").orElse("?") + " gave "
                                + probe.text("observed").orElse("?"));
                    }
                }
            }
        }

        private void files(String title, List<Json> descriptors, boolean detailed) {
            row(title, Integer.toString(descriptors.size()));
            if (!detailed) {
                return;
            }
            for (Json each : descriptors) {
                if (each instanceof Json.Obj descriptor) {
                    StringBuilder line = new StringBuilder(descriptor
                            .text("name")
                            .or(() -> descriptor.text("uri"))
                            .orElse("?"));
                    descriptor
                            .object("digest")
                            .members()
                            .forEach((algorithm, value) -> line.append("  ")
                                    .append(algorithm)
                                    .append(':')
                                    .append(scalar(value)));
                    item(line.toString());
                }
            }
        }

        private static String outcome(Json.Obj session) {
            return session.text("outcome").orElse("?")
                    + session.integer("exitCode").map(code -> ", exit " + code).orElse("")
                    + session.integer("signal")
                            .map(signal -> ", ended by signal " + signal)
                            .orElse("");
        }

        private static String words(List<Json> command) {
            StringBuilder line = new StringBuilder();
            for (Json word : command) {
                line.append(line.isEmpty() ? "" : " ").append(scalar(word));
            }
            return line.toString();
        }

        private static String scalar(Json value) {
            return value instanceof Json.Str(var text) ? text : "?";
        }

        private void row(String title, String value) {
            PrintWriter out = console.out();
            out.println("  " + title + " ".repeat(Math.max(1, 12 - title.length())) + Printable.of(value));
        }

        private void item(String value) {
            console.out().println("                " + Printable.of(value));
        }
    }
}
