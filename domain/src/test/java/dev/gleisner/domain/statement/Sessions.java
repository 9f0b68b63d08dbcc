package dev.gleisner.domain.statement;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gleisner.domain.digest.Digest;
import dev.gleisner.domain.digest.DigestAlgorithm;
import dev.gleisner.domain.profile.Layer;
import dev.gleisner.domain.profile.Requirement;
import dev.gleisner.domain.profile.SeccompPolicy;
import dev.gleisner.domain.record.BoundFile;
import dev.gleisner.domain.record.GitState;
import dev.gleisner.domain.record.RecordingRules;
import dev.gleisner.domain.record.SensorReport;
import dev.gleisner.domain.record.SessionRecord;
import dev.gleisner.domain.record.SessionRecord.LogReport;
import dev.gleisner.domain.record.SessionRecord.Outcome;
import dev.gleisner.domain.record.Sight;
import dev.gleisner.domain.record.SystemDependency;
import dev.gleisner.domain.sandbox.EnforcementReport;
import dev.gleisner.domain.sandbox.Exit;
import dev.gleisner.domain.sandbox.Identity;
import dev.gleisner.domain.sandbox.LayerReport;
import dev.gleisner.domain.sandbox.NetworkAccess;
import dev.gleisner.domain.sandbox.ResourceLimits;
import dev.gleisner.domain.sandbox.SandboxSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** A session to write statements about. */
final class Sessions {
    private Sessions() {}

    static Digest digest(String text) {
        return Digest.sha256(text.getBytes(UTF_8));
    }

    static SessionRecord session(List<BoundFile> subjects, Outcome outcome, Optional<Digest> parent) {
        Map<Layer, Requirement> layers = new EnumMap<>(Layer.class);
        List<LayerReport> reports = new ArrayList<>();
        for (Layer layer : Layer.values()) {
            layers.put(layer, Requirement.REQUIRED);
            reports.add(new LayerReport(layer, Requirement.REQUIRED, LayerReport.State.ENFORCED, "as asked"));
        }
        SandboxSpec spec = new SandboxSpec(
                "konishi",
                digest("profile"),
                List.of("/usr/bin/make", "all"),
                "/p/src",
                "/p",
                Map.of("PATH", "/usr/bin", "TOKEN", "secret"),
                new Identity(1000, 1000, "user", "/home/user", "gleisner"),
                List.of(),
                new NetworkAccess.Isolated(List.of()),
                new SeccompPolicy(SeccompPolicy.Preset.BASELINE, SeccompPolicy.Action.ERRNO, List.of()),
                new ResourceLimits(1 << 30, 100, 100, 1024, 1 << 30),
                layers);
        boolean finished = outcome == Outcome.COMPLETED;
        return new SessionRecord(
                "20260101T000000Z-1",
                "0.1.0",
                "6.18 x86_64",
                spec,
                RecordingRules.DEFAULT,
                new TreeMap<>(Map.of("LANG", "C.UTF-8")),
                new EnforcementReport("native", true, reports, List.of()),
                Instant.parse("2026-01-01T00:00:00Z"),
                Instant.parse(finished ? "2026-01-01T00:00:01.234567Z" : "2026-01-01T00:00:00Z"),
                outcome,
                finished ? Optional.of(new Exit.Code(0)) : Optional.empty(),
                Optional.empty(),
                finished ? Optional.of(digest("out")) : Optional.empty(),
                Optional.empty(),
                subjects,
                List.of(new BoundFile("src/Main.java", digest("source"), BoundFile.Binding.SNAPSHOT)),
                List.of(
                        new SystemDependency.Group("/usr/lib/jvm", 2, digest("paths")),
                        new SystemDependency.InstalledPackage("pkg:deb/debian/make@4.3?arch=amd64", 1, digest("path")),
                        new SystemDependency.File("/opt/a b", Optional.of(digest("file")))),
                List.of("gone.txt"),
                0,
                Optional.of(new GitState(
                        Optional.of("refs/heads/main"),
                        Optional.of(new Digest(DigestAlgorithm.GIT_COMMIT, "1".repeat(40))))),
                finished
                        ? new LogReport("s.jsonl", digest("log"), digest("root"), 7)
                        : new LogReport("pending", digest(""), digest(""), 0),
                List.of(new SensorReport(
                        "inotify",
                        Set.of(Sight.READS, Sight.CHANGES),
                        "project",
                        true,
                        Instant.parse("2026-11-22T10:00:00.1Z"),
                        7,
                        Optional.of(0L),
                        0,
                        new TreeMap<>(Map.of("absent", 3L)),
                        "")),
                finished ? Optional.of(2L) : Optional.empty(),
                parent);
    }

    static StatementView view(SessionRecord session) {
        return StatementView.of(ProvenanceStatement.of(session));
    }
}
