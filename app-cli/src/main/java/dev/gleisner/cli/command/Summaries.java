package dev.gleisner.cli.command;

import dev.gleisner.cli.Console;
import dev.gleisner.cli.Durations;
import dev.gleisner.domain.record.SensorReport;
import dev.gleisner.domain.record.SessionRecord;
import dev.gleisner.domain.record.Sight;
import dev.gleisner.domain.sandbox.EnforcementReport;
import dev.gleisner.domain.sandbox.Exit;
import dev.gleisner.domain.sandbox.LayerReport;
import dev.gleisner.domain.sandbox.ProbeReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What a person reads at the end of a run. */
final class Summaries {
    private Summaries() {}

    /** What is in force: one line when all is well, and one more for every layer that is not. */
    static void enforcement(EnforcementReport report, Console console) {
        if (!report.confined()) {
            console.say(console.warn("warning:") + " the command was NOT CONFINED (backend " + report.backend() + ")");
            return;
        }
        int enforced = 0;
        List<String> others = new ArrayList<>();
        for (LayerReport layer : report.layers()) {
            if (layer.state() == LayerReport.State.ENFORCED) {
                enforced++;
            } else {
                others.add(layer.layer().key() + " " + layer.state().key() + " ("
                        + layer.requirement().key() + "): " + layer.detail());
            }
        }
        long held = report.probes().stream().filter(ProbeReport::held).count();
        console.say("sandbox: " + enforced + " of " + report.layers().size() + " layers enforced, " + held + " of "
                + report.probes().size() + " probes held (backend " + report.backend() + ")");
        others.forEach(line -> console.say(console.warn("without") + " " + line));
    }

    /** What the session did. */
    static void session(SessionRecord session, SessionTally tally, Console console) {
        Duration took = Duration.between(session.startedOn(), session.finishedOn());
        StringBuilder line = new StringBuilder(session.outcome().key());
        session.exit().ifPresent(exit -> {
            switch (exit) {
                case Exit.Code(var code) -> line.append(", exit ").append(code);
                case Exit.Signal(var signal) ->
                    line.append(", ended by signal ").append(signal);
            }
        });
        line.append(" after ").append(Durations.show(took));
        line.append("; wrote ").append(session.subjects().size());
        line.append(", read ").append(session.dependencies().size());
        line.append(", deleted ").append(session.deleted().size()).append(" files");
        if (session.unhashed() > 0) {
            line.append(", ").append(session.unhashed()).append(" without a digest");
        }
        console.say(line.toString());
        console.say(counted(session, Sight.PROCESSES, "programs run", tally.programs()) + ", "
                + counted(session, Sight.NETWORK, "connections tried", tally.connections()) + ", "
                + "denied " + session.denials().map(String::valueOf).orElse("not watched"));
        StringBuilder sensors = new StringBuilder();
        for (SensorReport sensor : session.sensors()) {
            sensors.append(sensors.isEmpty() ? "" : ", ")
                    .append(sensor.sensor())
                    .append(' ')
                    .append(sensor.events())
                    .append(" events")
                    .append(sensor.lost().map(count -> ", " + count + " lost").orElse(""))
                    .append(sensor.truncated() == 0 ? "" : ", " + sensor.truncated() + " truncated");
        }
        console.say("seen by " + sensors);
        long lost = 0;
        for (SensorReport sensor : session.sensors()) {
            lost += sensor.lost().orElse(0L);
        }
        if (lost > 0) {
            console.say(console.warn("warning:") + " " + lost + " events were lost; `gleisner verify` fails unless a"
                    + " policy allows that many (max_lost_events)");
        }
    }

    /** A number that nothing watched for is not a zero. */
    private static String counted(SessionRecord session, Sight sight, String what, long count) {
        boolean watched = false;
        for (SensorReport sensor : session.sensors()) {
            watched |= sensor.sees().contains(sight);
        }
        return what + (watched ? " " + count : count > 0 ? " at least " + count : " not watched");
    }
}
