package dev.gleisner.domain.record;

import dev.gleisner.domain.digest.Digest;
import dev.gleisner.domain.sandbox.EnforcementReport;
import dev.gleisner.domain.sandbox.Exit;
import dev.gleisner.domain.sandbox.ResourceUse;
import dev.gleisner.domain.sandbox.SandboxSpec;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All that a session's statement is made from.
 *
 * @param sessionId unique, sortable by time
 * @param version of Gleisner
 * @param kernel release and machine, as uname(2) gives them
 * @param spec the effective policy; secrets are taken out of its command
 * @param recording what the record may show
 * @param environment the variables whose values may be shown; secrets are taken out
 * @param outcome how the session ended
 * @param exit how the command ended, when it was started and its end was seen
 * @param stdout of the bytes the command wrote there, when it was not a terminal
 * @param stderr likewise
 * @param subjects files written and still there
 * @param dependencies files of the project that were read
 * @param systemDependencies what was read or run outside of the project, as {@code recording} asks
 * @param deleted files that were there before and are gone
 * @param unhashed how many subjects or dependencies have no digest
 * @param log the audit log
 * @param denials how many denials the source saw that saw most of them; empty when no sensor watched for them
 * @param parent SHA-256 of the payload of the project's record before this one
 */
public record SessionRecord(
        String sessionId,
        String version,
        String kernel,
        SandboxSpec spec,
        RecordingRules recording,
        SortedMap<String, String> environment,
        EnforcementReport enforcement,
        Instant startedOn,
        Instant finishedOn,
        Outcome outcome,
        Optional<Exit> exit,
        Optional<ResourceUse> resources,
        Optional<Digest> stdout,
        Optional<Digest> stderr,
        List<BoundFile> subjects,
        List<BoundFile> dependencies,
        List<SystemDependency> systemDependencies,
        List<String> deleted,
        long unhashed,
        Optional<GitState> git,
        LogReport log,
        List<SensorReport> sensors,
        Optional<Long> denials,
        Optional<Digest> parent) {

    public SessionRecord {
        environment = Collections.unmodifiableSortedMap(new TreeMap<>(environment));
        subjects = List.copyOf(subjects);
        dependencies = List.copyOf(dependencies);
        systemDependencies = List.copyOf(systemDependencies);
        deleted = List.copyOf(deleted);
        sensors = List.copyOf(sensors);
    }

    /** How a session ended. */
    public enum Outcome {
        /** The command ended by itself. */
        COMPLETED("completed"),
        /** {@code --timeout} ended it. */
        TIMED_OUT("timed-out"),
        /** A signal to the supervisor ended it. */
        INTERRUPTED("interrupted"),
        /** The supervisor died; the record was made afterwards from the journal. */
        RECOVERED("recovered");

        private final String key;

        Outcome(String key) {
            this.key = key;
        }

        /** The word in statements. */
        public String key() {
            return key;
        }
    }

    /**
     * The audit log as signed.
     *
     * @param name file name beside the bundle
     * @param digest SHA-256 of its bytes
     * @param root of the Merkle tree over its lines, each without its line feed (RFC 6962)
     * @param events number of lines
     */
    public record LogReport(String name, Digest digest, Digest root, long events) {}
}
