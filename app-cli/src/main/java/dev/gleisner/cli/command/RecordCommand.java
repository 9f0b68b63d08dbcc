package dev.gleisner.cli.command;

import dev.gleisner.cli.Command;
import dev.gleisner.cli.Console;
import dev.gleisner.cli.ExitStatus;
import dev.gleisner.cli.Passphrases;
import dev.gleisner.cli.Registry;
import dev.gleisner.cli.SessionIds;
import dev.gleisner.cli.Signals;
import dev.gleisner.cli.Version;
import dev.gleisner.domain.event.Event;
import dev.gleisner.domain.event.Origin;
import dev.gleisner.domain.json.CanonicalJson;
import dev.gleisner.domain.json.Json;
import dev.gleisner.domain.profile.DependencyDetail;
import dev.gleisner.domain.record.RecordingRules;
import dev.gleisner.domain.record.SessionRecord.Outcome;
import dev.gleisner.domain.redact.Redactor;
import dev.gleisner.ports.EventConsumer;
import dev.gleisner.ports.EvidenceStore;
import dev.gleisner.ports.EvidenceStore.Stored;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.HostView;
import dev.gleisner.ports.SandboxBackend;
import dev.gleisner.ports.Sensor;
import dev.gleisner.ports.Signer;
import dev.gleisner.ports.Verifier;
import dev.gleisner.ports.usecase.Choice;
import dev.gleisner.ports.usecase.HostId;
import dev.gleisner.ports.usecase.RecordReader;
import dev.gleisner.ports.usecase.RecordSession;
import dev.gleisner.ports.usecase.Resolution;
import dev.gleisner.ports.usecase.SensorChoice;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code record}: the sandbox, with a signed record of what was done in it. */
final class RecordCommand implements Command {
    @Override
    public String name() {
        return "record";
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = RunOptions.addTimeout(RunOptions.addTo(Options.command(
                this,
                "Run a command in a sandbox, record what it did, and sign the record.",
                "The exit status is the command's, 128+n when signal n ended it.")));
        return spec.addOption(Options.value(
                        "--signing-key",
                        "FILE",
                        "Private key (PEM, PKCS#8, ECDSA P-256; default: `local` of the key ring, made on first use)."))
                .addOption(Options.value(
                        "--passphrase-file", "FILE", "The first line of this file opens an encrypted key."))
                .addOption(Options.flag("--no-chain", "Do not link the record to the project's newest one."))
                .addOption(Options.flag("--no-copy", "Leave no copy of the record in .gleisner/ of the project."))
                .addOption(Options.value(
                        "--sensor",
                        "SENSORS",
                        "What watches: auto (default), none, or names with commas between them; see `gleisner"
                                + " doctor`."))
                .addOption(Options.flag(
                        "--no-fs-monitor", "The same as --sensor none: only compare the project before and after."))
                .addOption(Options.value(
                        "--receipt",
                        "FILE",
                        "Write what the session did to this file too, as `gleisner receipt` does; no symbolic link may"
                                + " lead to it."))
                .addOption(Options.flag(
                        "--live",
                        "Tell on standard error what happens as it happens: programs, changed files, connections,"
                                + " denials. Not on a terminal that the command has: use 2>FILE."))
                .addOption(Options.value(
                        "--dependencies",
                        "DETAIL",
                        "What the record says of files read outside of the project: grouped, listed or hashed (default:"
                                + " the profile's)."))
                .addOption(Options.flag("--quiet", "Print no summary."))
                .addOption(Options.flag("--json", "Print where the record is, as JSON on standard error."));
    }

    @Override
    public int run(ParseResult arguments, Console console) throws GleisnerException {
        Registry registry = new Registry();
        RunOptions options = new RunOptions(arguments, registry);
        SandboxBackend backend = options.backend();
        EvidenceStore evidence =
                Choice.best("evidence store", registry.evidenceStores()).create();
        Resolution resolution = options.resolve(OutOfReach.directories(registry));
        Signer signer = Choice.best("signer", registry.signers())
                .create(
                        Options.text(arguments, "--signing-key").map(Path::of),
                        Passphrases.source(Options.text(arguments, "--passphrase-file")));
        RecordingRules recording = dependencies(arguments, resolution.recording());
        boolean quiet = Options.has(arguments, "--quiet");
        if (!quiet) {
            options.announce(resolution, backend, console);
        }
        Path project = Path.of(resolution.spec().projectRoot());
        for (Stored recovered : RecoverCommand.recover(registry, evidence, signer, project)) {
            console.say("completed the record of a session that was cut off: " + recovered.bundle());
        }

        Optional<String> receipt = Options.text(arguments, "--receipt");
        Optional<OutputFile> receiptFile =
                receipt.isPresent() ? Optional.of(OutputFile.open("--receipt", receipt.get())) : Optional.empty();
        try {
            SessionTally tally = new SessionTally();
            RecordSession.Request request = new RecordSession.Request(
                    SessionIds.next(),
                    resolution.spec(),
                    recording,
                    new Redactor(redactionKey(), recording.redact()),
                    options.timeout(),
                    !Options.has(arguments, "--no-chain"),
                    !Options.has(arguments, "--no-copy"));
            List<Sensor> sensors = SensorChoice.of(sensorChoice(arguments), registry.sensors());
            RecordSession.Result result;
            if (Options.has(arguments, "--live")) {
                try (LiveView live = LiveView.start(console)) {
                    result = RecordSession.run(
                            tools(registry, backend, sensors, evidence, signer, new Both(tally, live)), request);
                }
            } else {
                result = RecordSession.run(tools(registry, backend, sensors, evidence, signer, tally), request);
            }
            report(result, tally, quiet, Options.has(arguments, "--json"), console);
            if (receiptFile.isPresent()) {
                Verifier verifier =
                        Choice.best("verifier", registry.verifiers()).create();
                receiptFile
                        .get()
                        .write(Receipts.of(RecordReader.own(
                                        verifier, result.stored().bundle(), Optional.empty()))
                                .toJson());
                if (!quiet && !Options.has(arguments, "--json")) {
                    console.say("receipt " + receiptFile.get().path());
                }
            }
            return result.session().outcome() == Outcome.TIMED_OUT
                    ? ExitStatus.TIMED_OUT
                    : result.session().exit().map(exit -> exit.status()).orElse(ExitStatus.OURS);
        } finally {
            if (receiptFile.isPresent()) {
                receiptFile.get().close();
            }
        }
    }

    /** Gives every event to both. */
    private record Both(EventConsumer first, EventConsumer second) implements EventConsumer {
        @Override
        public void accept(Origin origin, long nanos, Event event) {
            first.accept(origin, nanos, event);
            second.accept(origin, nanos, event);
        }
    }

    private static RecordSession.Tools tools(
            Registry registry,
            SandboxBackend backend,
            List<Sensor> sensors,
            EvidenceStore evidence,
            Signer signer,
            EventConsumer view)
            throws GleisnerException {
        HostView host = Choice.best("host view", registry.hostViews()).create();
        return new RecordSession.Tools(
                backend,
                sensors,
                Choice.best("project reader", registry.projectReaders()).create(),
                evidence,
                signer,
                Clock.systemUTC(),
                new Signals(),
                view,
                Version.current(),
                host.kernel(),
                HostId.of(host));
    }

    private static RecordingRules dependencies(ParseResult arguments, RecordingRules profiles)
            throws GleisnerException {
        Optional<String> word = Options.text(arguments, "--dependencies");
        if (word.isEmpty()) {
            return profiles;
        }
        Optional<DependencyDetail> detail = DependencyDetail.byKey(word.get());
        if (detail.isEmpty()) {
            throw new GleisnerException.BadInput(
                    "--dependencies " + word.get(), "no such detail", "use one of grouped, listed, hashed");
        }
        return profiles.with(detail.get());
    }

    /** Known to this process only, and gone with it: nobody can test a guess against the record later. */
    private static byte[] redactionKey() {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        return key;
    }

    private static String sensorChoice(ParseResult arguments) throws GleisnerException {
        Optional<String> choice = Options.text(arguments, "--sensor");
        if (!Options.has(arguments, "--no-fs-monitor")) {
            return choice.orElse(SensorChoice.AUTO);
        }
        if (choice.isPresent()) {
            throw new GleisnerException.BadInput(
                    "--no-fs-monitor with --sensor " + choice.get(),
                    "the one switches off what the other asks for",
                    "leave --no-fs-monitor out");
        }
        return "none";
    }

    private static void report(
            RecordSession.Result result, SessionTally tally, boolean quiet, boolean json, Console console) {
        Stored stored = result.stored();
        result.copyProblem()
                .ifPresent(problem -> console.say(console.warn("warning:") + " no copy in the project: " + problem));
        if (json) {
            Json.Obj where = Json.object()
                    .put("session", result.session().sessionId())
                    .put("bundle", stored.bundle().toString())
                    .put("log", stored.log().toString())
                    .put("payloadDigest", stored.payloadDigest().toString())
                    .build();
            console.err().println(new String(CanonicalJson.bytes(where), StandardCharsets.UTF_8));
        }
        if (quiet || json) {
            return;
        }
        Summaries.session(result.session(), tally, console);
        Summaries.enforcement(result.session().enforcement(), console);
        console.say("record " + stored.bundle());
        console.say("verify it with: gleisner verify " + shortest(stored.bundle()));
    }

    private static String shortest(Path bundle) {
        Path here = Path.of("").toAbsolutePath();
        return Optional.of(bundle)
                .filter(path -> path.startsWith(here))
                .map(path -> here.relativize(path).toString())
                .orElse(bundle.toString());
    }
}
