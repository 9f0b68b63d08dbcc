package dev.gleisner.cli.command;

import dev.gleisner.cli.Console;
import dev.gleisner.domain.activity.Activity;
import dev.gleisner.domain.activity.Attempt;
import dev.gleisner.domain.activity.Change;
import dev.gleisner.domain.activity.Deeds;
import dev.gleisner.domain.activity.Program;
import dev.gleisner.domain.activity.SessionProcess;
import dev.gleisner.domain.json.Json;
import dev.gleisner.domain.receipt.Receipt;
import dev.gleisner.domain.sandbox.Exit;
import dev.gleisner.domain.statement.StatementView;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.usecase.RecordReader;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Who ran and what each did, from a record alone. */
final class ActivityView {
    private final StatementView statement;
    private final Activity activity;
    private final Set<ActivityKind> shown;

    private ActivityView(StatementView statement, Activity activity, Set<ActivityKind> shown) {
        this.statement = statement;
        this.activity = activity;
        this.shown = shown;
    }

    /** The view of a record whose log was compared with its statement. */
    static ActivityView of(RecordReader record, Set<ActivityKind> shown) throws GleisnerException {
        Activity activity = new Activity();
        record.replay(activity::accept);
        return new ActivityView(record.statement(), activity, shown);
    }

    /** For people: a section for each kind, one thing a line, under the process that did it. */
    void print(Path bundle, Console console) {
        PrintWriter out = console.out();
        out.println(bundle);
        out.println("  signature   not checked here; see `gleisner verify`");
        out.println("  session     "
                + Printable.of(statement.sessionId().orElse("unnamed") + "  " + String.join(" ", statement.command())));
        List<String> reasons = Receipt.Completeness.of(statement).reasons();
        out.println("  complete    " + (reasons.isEmpty() ? "yes" : "no: " + Printable.of(String.join("; ", reasons))));
        List<Activity.Node> tree = activity.tree();
        for (ActivityKind kind : ActivityKind.values()) {
            if (!shown.contains(kind)) {
                continue;
            }
            out.println(kind.word() + (watched(kind) ? "" : "  " + console.warn("no sensor watched for them")));
            if (kind == ActivityKind.PROGRAMS) {
                tree.forEach(node -> programs(node, out));
                continue;
            }
            section(kind, activity.nobody(), "the session (the source does not know the process)", out);
            for (Activity.Node node : tree) {
                section(kind, node.process(), node.process().pid() + " " + name(node.process()), out);
            }
        }
    }

    private static void programs(Activity.Node node, PrintWriter out) {
        SessionProcess process = node.process();
        String indent = "  ".repeat(Math.min(node.depth(), 40) + 1);
        String exit = process.exit().map(ActivityView::words).orElse("end not seen");
        if (process.programs().isEmpty()) {
            out.println(indent + process.pid() + "  " + Printable.of(name(process)) + "  (" + exit + ")");
            return;
        }
        for (int i = 0; i < process.programs().size(); i++) {
            Program program = process.programs().get(i);
            boolean last = i == process.programs().size() - 1;
            out.println(
                    indent + process.pid() + "  " + Printable.of(program.executable() + ": " + program.commandLine())
                            + (program.truncated() ? " [cut off]" : "") + (last ? "  (" + exit + ")" : "  (then:)"));
        }
    }

    private static String words(Exit exit) {
        return switch (exit) {
            case Exit.Code(var code) -> "exit " + code;
            case Exit.Signal(var signal) -> "signal " + signal;
        };
    }

    private static String name(SessionProcess process) {
        Optional<Program> program = process.current();
        if (program.isEmpty()) {
            return "unknown program";
        }
        return process.programs().isEmpty()
                ? "fork of " + process.parentPid() + " " + program.get().executable()
                : program.get().executable();
    }

    private void section(ActivityKind kind, SessionProcess process, String title, PrintWriter out) {
        List<String> lines = lines(kind, activity.of(process));
        if (!lines.isEmpty()) {
            out.println("  " + Printable.of(title));
            lines.forEach(line -> out.println("    " + Printable.of(line)));
        }
    }

    private static List<String> lines(ActivityKind kind, Deeds deeds) {
        List<String> lines = new ArrayList<>();
        switch (kind) {
            case PROGRAMS -> {}
            case WRITES -> deeds.writes().forEach(change -> lines.add(words(change)));
            case READS -> lines.addAll(deeds.reads());
            case DELETES -> deeds.deletes().forEach(change -> lines.add(words(change)));
            case NETWORK -> {
                for (Attempt attempt : deeds.attempts()) {
                    lines.add(attempt.protocol() + " " + attempt.destination() + "  " + attempt.result());
                }
                deeds.listened().forEach(address -> lines.add(address + "  taken for itself"));
            }
            case DENIALS -> lines.addAll(deeds.denials());
        }
        return lines;
    }

    private static String words(Change change) {
        String verb = change.verb() + " ".repeat(Math.max(1, 11 - change.verb().length()));
        String what = switch (change.verb()) {
            case "link" -> verb + change.path() + " = " + change.other();
            case "symlink", "rename" -> verb + change.path() + " -> " + change.other();
            default -> verb + change.path();
        };
        return change.tried() ? what + "  (tried)" : what;
    }

    /** For programs. */
    Json.Obj toJson() {
        List<Json> watched = new ArrayList<>();
        for (ActivityKind kind : ActivityKind.values()) {
            if (watched(kind)) {
                watched.add(Json.of(kind.word()));
            }
        }
        return Json.object()
                .put("session", statement.sessionId().map(Json::of))
                .put("completeness", Receipt.Completeness.of(statement).word())
                .put(
                        "completenessReasons",
                        Json.strings(Receipt.Completeness.of(statement).reasons()))
                .put("watched", new Json.Arr(watched))
                .put("ofNoProcess", deeds(Json.object(), activity.nobody()).build())
                .put("processes", Json.array(activity.tree(), node -> process(node.process())))
                .build();
    }

    private Json process(SessionProcess process) {
        Json.Builder json = Json.object().put("pid", process.pid());
        if (process.parentPid() != 0) {
            json.put("parentPid", process.parentPid());
        }
        if (process.startMicros() != 0) {
            json.put("startMicros", process.startMicros());
        }
        process.exit().ifPresent(exit -> {
            switch (exit) {
                case Exit.Code(var code) -> json.put("exitCode", code);
                case Exit.Signal(var signal) -> json.put("signal", signal);
            }
        });
        if (shown.contains(ActivityKind.PROGRAMS)) {
            json.put("programs", Json.array(process.programs(), ActivityView::program));
        }
        return deeds(json, process).build();
    }

    private static Json program(Program program) {
        return Json.object()
                .put("executable", program.executable())
                .put("argv", Json.strings(program.argv()))
                .put("truncated", program.truncated())
                .put("cwd", program.workingDirectory())
                .build();
    }

    private Json.Builder deeds(Json.Builder json, SessionProcess process) {
        Deeds deeds = activity.of(process);
        member(json, ActivityKind.WRITES, deeds.writes(), Change::toJson);
        member(json, ActivityKind.READS, deeds.reads(), Json::of);
        member(json, ActivityKind.DELETES, deeds.deletes(), Change::toJson);
        member(json, ActivityKind.NETWORK, deeds.attempts(), Attempt::toJson);
        if (shown.contains(ActivityKind.NETWORK)) {
            json.put("listened", Json.strings(deeds.listened()));
        }
        member(json, ActivityKind.DENIALS, deeds.denials(), Json::of);
        return json;
    }

    private <T> void member(Json.Builder json, ActivityKind kind, Collection<T> values, Function<T, Json> element) {
        if (shown.contains(kind)) {
            json.put(kind.word(), Json.array(values, element));
        }
    }

    private boolean watched(ActivityKind kind) {
        return statement.sensors().stream()
                .anyMatch(sensor ->
                        sensor.array("sees").contains(Json.of(kind.sight().key())));
    }
}
