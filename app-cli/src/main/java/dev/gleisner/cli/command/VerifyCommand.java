package dev.gleisner.cli.command;

import dev.gleisner.cli.Command;
import dev.gleisner.cli.Console;
import dev.gleisner.cli.ExitStatus;
import dev.gleisner.cli.Registry;
import dev.gleisner.domain.json.CanonicalJson;
import dev.gleisner.domain.json.Json;
import dev.gleisner.domain.verify.Check;
import dev.gleisner.domain.verify.VerificationReport;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.PolicyEngine;
import dev.gleisner.ports.PolicyEngineProvider;
import dev.gleisner.ports.ProjectReader;
import dev.gleisner.ports.Verifier;
import dev.gleisner.ports.usecase.Choice;
import dev.gleisner.ports.usecase.VerifyBundle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code verify}: whether somebody you trust stated this, and whether it holds. */
final class VerifyCommand implements Command {
    @Override
    public String name() {
        return "verify";
    }

    @Override
    public CommandSpec spec() {
        return Options.command(
                        this,
                        "Check who signed a record, and whether it holds.",
                        "With no BUNDLE it is the newest record of the project in the working directory, with its"
                                + " whole chain.",
                        "A key that comes with a bundle is never trusted: give --public-key, or trust a key once with"
                                + " `gleisner key trust`.",
                        "The exit status is 0 when every check passes, 1 when one fails.")
                .addOption(Options.list(
                        "--public-key", "FILE", "Trust this key (PEM) and no other; may be given several times."))
                .addOption(Options.value(
                        "--log", "FILE", "The audit log (default: beside the bundle, as the statement names it)."))
                .addOption(Options.value(
                        "--proof",
                        "FILE",
                        "Check that the line which `gleisner prove` wrote there is in the log; the log is not needed."))
                .addOption(Options.flag(
                        "--no-trace", "Do not verify the runtime trace that the record binds, which lies beside it."))
                .addOption(Options.flag(
                        "--check-files", "Compare the files that the record is about with those in --base-dir."))
                .addOption(
                        Options.value("--base-dir", "DIR", "Where those files are (default: the working directory)."))
                .addOption(Options.flag(
                        "--chain", "Verify every record before this one too; they are looked for beside the bundle."))
                .addOption(Options.list(
                        "--policy", "FILE", "Hold the record against these rules (JSON); may be given several times."))
                .addOption(Options.flag("--json", "Print JSON."))
                .addOption(Options.flag("--verbose", "Print checks that were not asked for, and stack traces."))
                .addPositional(Options.words("BUNDLE", "0..*", "Signed records, such as .gleisner/ID.sigstore.json."));
    }

    @Override
    public int run(ParseResult arguments, Console console) throws GleisnerException {
        Registry registry = new Registry();
        Verifier verifier = Choice.best("verifier", registry.verifiers()).create();
        ProjectReader projects =
                Choice.best("project reader", registry.projectReaders()).create();
        List<Path> keys =
                Options.texts(arguments, "--public-key").stream().map(Path::of).toList();
        Verifier.Trust trust = new Verifier.Trust(keys, keys.isEmpty());
        List<PolicyEngine> policies = new ArrayList<>();
        for (String policy : Options.texts(arguments, "--policy")) {
            policies.add(policy(registry, Path.of(policy)));
        }
        Optional<Path> files = Options.has(arguments, "--check-files")
                ? Optional.of(Path.of(Options.text(arguments, "--base-dir").orElse(""))
                        .toAbsolutePath())
                : Optional.empty();
        if (files.isEmpty() && Options.has(arguments, "--base-dir")) {
            throw new GleisnerException.BadInput(
                    "--base-dir", "it only says where the files of --check-files are", "add --check-files");
        }

        List<Path> bundles = new ArrayList<>();
        Options.words(arguments).forEach(word -> bundles.add(Path.of(word)));
        boolean chain = Options.has(arguments, "--chain");
        if (bundles.isEmpty()) {
            bundles.add(Records.newest(registry, console));
            chain = true;
        }
        Optional<Path> proof = Options.text(arguments, "--proof").map(Path::of);
        if (proof.isPresent() && bundles.size() > 1) {
            throw new GleisnerException.BadInput(
                    "--proof", "a proof is about one record, " + bundles.size() + " are given", "name one BUNDLE");
        }
        List<VerificationReport> reports = new ArrayList<>();
        for (Path bundle : bundles) {
            Optional<Path> log = Options.text(arguments, "--log").map(Path::of);
            reports.add(VerifyBundle.run(
                    verifier,
                    projects,
                    new VerifyBundle.Request(
                            bundle, trust, log, proof, !Options.has(arguments, "--no-trace"), files, chain, policies)));
        }
        if (Options.has(arguments, "--json")) {
            Json json =
                    reports.size() == 1 ? reports.getFirst().toJson() : Json.array(reports, VerificationReport::toJson);
            console.out().println(new String(CanonicalJson.bytes(json), StandardCharsets.UTF_8));
        } else {
            reports.forEach(report -> print(report, Options.has(arguments, "--verbose"), console));
        }
        return reports.stream().allMatch(VerificationReport::passed) ? ExitStatus.OK : ExitStatus.FAILED;
    }

    private static PolicyEngine policy(Registry registry, Path file) throws GleisnerException {
        List<PolicyEngineProvider> engines = Choice.ordered("policy engine", registry.policyEngines());
        for (PolicyEngineProvider engine : engines) {
            if (engine.reads(file)) {
                return engine.create(file);
            }
        }
        throw new GleisnerException.BadInput(
                "policy " + file,
                "no policy engine reads such a file",
                "use a .json policy; `gleisner doctor` lists the policy engines");
    }

    private static void print(VerificationReport report, boolean verbose, Console console) {
        console.out().println(report.bundle());
        for (Check check : report.checks()) {
            String word = switch (check.outcome()) {
                case PASS -> console.good("pass   ");
                case FAIL -> console.bad("FAIL   ");
                case SKIPPED -> console.faint("skipped");
            };
            if (check.outcome() != Check.Outcome.SKIPPED || verbose) {
                console.out().println("  " + word + " " + check.id() + "  " + Printable.of(check.text()));
            }
        }
        console.out().println(report.passed() ? console.good("verified") : console.bad("NOT verified"));
    }
}
