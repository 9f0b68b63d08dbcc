package dev.gleisner.adapters.audit.notify;

import dev.gleisner.adapters.linux.NativeBackendProvider;
import dev.gleisner.adapters.linux.NoneBackendProvider;
import dev.gleisner.domain.event.Event;
import dev.gleisner.domain.event.Origin;
import dev.gleisner.domain.profile.Layer;
import dev.gleisner.domain.profile.Requirement;
import dev.gleisner.domain.profile.SeccompPolicy;
import dev.gleisner.domain.record.SensorReport;
import dev.gleisner.domain.record.Traps;
import dev.gleisner.domain.sandbox.Exit;
import dev.gleisner.domain.sandbox.SandboxSpec;
import dev.gleisner.ports.EventConsumer;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.OutputTaps;
import dev.gleisner.ports.SandboxBackend;
import dev.gleisner.ports.Sensor;
import dev.gleisner.ports.StagedSandbox;
import dev.gleisner.ports.contract.Needs;
import dev.gleisner.ports.contract.SandboxBackendContract;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs a command in a sandbox with a sensor that traps. Lends out what the contract of backends has. */
final class Session extends SandboxBackendContract {
    /** What a sensor gave. */
    record Seen(Origin origin, Event event) {}

    /** How a session ended. */
    record Result(List<Seen> seen, SensorReport report, Exit exit, String out, String err) {
        /** The events alone, without programs and the ends of processes. */
        List<Event> files() {
            List<Event> events = new ArrayList<>();
            for (Seen each : seen) {
                if (!(each.event() instanceof Event.ProcessExec) && !(each.event() instanceof Event.ProcessExit)) {
                    events.add(each.event());
                }
            }
            return events;
        }

        long counter(String name) {
            return report.counters().getOrDefault(name, 0L);
        }
    }

    private final SandboxBackend backend;
    private final Path program;

    Session(String backend, Path project) throws GleisnerException {
        this.backend =
                backend.equals("native") ? new NativeBackendProvider().create() : new NoneBackendProvider().create();
        this.project = project;
        this.program = project.resolve("notify-calls");
    }

    /** Makes the test program, where the sandbox shows it. */
    static void compile(Path project) throws IOException, InterruptedException {
        Path cc = Needs.tool("cc");
        Path source = project.resolve("notify-calls.c");
        try (InputStream in = Session.class.getResourceAsStream("/c/notify-calls.c")) {
            Files.copy(in, source);
        }
        Process process = new ProcessBuilder(
                        cc.toString(),
                        "-O1",
                        "-pthread",
                        "-o",
                        project.resolve("notify-calls").toString(),
                        source.toString())
                .inheritIO()
                .start();
        if (process.waitFor() != 0) {
            throw new AssertionError("the test program does not compile");
        }
    }

    @Override
    protected SandboxBackend backend() {
        return backend;
    }

    @Override
    protected int uid() {
        return id("unix:uid");
    }

    @Override
    protected int gid() {
        return id("unix:gid");
    }

    private int id(String which) {
        try {
            return (int) Files.getAttribute(project, which);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The test program doing that. */
    SandboxSpec program(String what) {
        return spec(List.of(program.toString(), what));
    }

    SandboxSpec line(String line) {
        return shell(line);
    }

    /** The same without a system call filter. */
    static SandboxSpec withoutFilter(SandboxSpec spec) {
        Map<Layer, Requirement> layers = new EnumMap<>(spec.layers());
        layers.put(Layer.SECCOMP, Requirement.OFF);
        return with(spec, spec.seccomp(), layers);
    }

    /** The same with a filter that lets only these calls through, and those that every program needs. */
    static SandboxSpec withFilter(SandboxSpec spec, SeccompPolicy.Action action, List<String> calls) {
        return with(spec, new SeccompPolicy(SeccompPolicy.Preset.CUSTOM, action, calls), spec.layers());
    }

    private static SandboxSpec with(SandboxSpec spec, SeccompPolicy seccomp, Map<Layer, Requirement> layers) {
        return new SandboxSpec(
                spec.profileName(),
                spec.profileDigest(),
                spec.argv(),
                spec.workingDirectory(),
                spec.projectRoot(),
                spec.environment(),
                spec.identity(),
                spec.mounts(),
                spec.network(),
                seccomp,
                spec.limits(),
                layers);
    }

    /** Runs it under that sensor to the end. */
    Result record(SandboxSpec spec, String option) throws Exception {
        List<Seen> seen = new ArrayList<>();
        return record(spec, option, seen, (origin, nanos, event) -> seen.add(new Seen(origin, event)));
    }

    Result record(SandboxSpec spec, String option, List<Seen> seen, EventConsumer consumer) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        try (Sensor sensor = new NotifySensorProvider().create(option);
                StagedSandbox sandbox = backend.stage(spec, taps(out, err), sensor.traps())) {
            sensor.attach(new Sensor.Target(project, sandbox.pid(), sandbox.listener()), consumer);
            sandbox.release();
            Exit exit = sandbox.await().exit();
            SensorReport report = sensor.finish(); // what was under way is delivered by this
            return new Result(
                    List.copyOf(seen),
                    report,
                    exit,
                    out.toString(StandardCharsets.UTF_8),
                    err.toString(StandardCharsets.UTF_8));
        }
    }

    /** Runs it without any sensor. */
    Exit plainly(SandboxSpec spec) throws Exception {
        try (StagedSandbox sandbox =
                backend.stage(spec, new OutputTaps(Optional.empty(), Optional.empty()), Traps.NONE)) {
            sandbox.release();
            return sandbox.await().exit();
        }
    }

    static void gone(long pid) throws InterruptedException {
        assertGone(pid);
    }

    static void waitFor(Path file) throws InterruptedException {
        awaitFile(file);
    }
}
