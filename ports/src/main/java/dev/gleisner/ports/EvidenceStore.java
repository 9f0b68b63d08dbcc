package dev.gleisner.ports;

import dev.gleisner.domain.digest.Digest;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Keeps records out of the command's reach, one chain for each project. */
public interface EvidenceStore {
    /**
     * A record that is complete.
     *
     * @param bundle the signed bundle
     * @param log its audit log
     * @param payloadDigest SHA-256 of the statement's bytes; names the record in the chain
     */
    record Stored(Path bundle, Path log, Digest payloadDigest) {}

    /**
     * A session that was cut off.
     *
     * @param sessionId its id
     * @param draft the statement's bytes as they were known when the command was released
     * @param log its audit log, up to the last whole line
     */
    record Unfinished(String sessionId, byte[] draft, Path log) {}

    /** The directory that holds all evidence; never shown in a sandbox. */
    Path root();

    /**
     * Holds the chain of a project: nobody else adds a record until it is closed. Waits for others.
     */
    Chain lockChain(Path projectRoot) throws GleisnerException;

    /** All records of a project, oldest first. */
    List<Stored> records(Path projectRoot) throws GleisnerException;

    /**
     * The signed head that came with the project's newest record. It is kept apart from the list of records, so that a
     * list that lost its end is seen.
     */
    Optional<byte[]> head(Path projectRoot) throws GleisnerException;

    /**
     * Sessions of that project whose supervisor died after it had kept a draft; those that still run are not among
     * them, nor those that died before their command was released.
     */
    List<Unfinished> unfinished(Path projectRoot) throws GleisnerException;

    /** Opens the journal of a new session; no other session can take its id. */
    Journal begin(Path projectRoot, String sessionId) throws GleisnerException;

    /** Opens the journal of a session that was cut off, to complete it. */
    Journal resume(Path projectRoot, Unfinished unfinished) throws GleisnerException;

    /** The chain of a project, held. */
    interface Chain extends AutoCloseable {
        /** The newest record. */
        Optional<Stored> newest() throws GleisnerException;

        /** How many records there are. */
        long size() throws GleisnerException;

        @Override
        void close();
    }

    /** The journal of one session. Closing it without {@link #commit} leaves it to be recovered. */
    interface Journal extends AutoCloseable {
        /**
         * A log that is complete.
         *
         * @param digest SHA-256 of the bytes on disk
         * @param root of the Merkle tree over the lines, each without its line feed (RFC 6962)
         * @param events number of lines
         */
        record SealedLog(String fileName, Digest digest, Digest root, long events) {}

        /** Appends to the audit log. */
        EventSink log();

        /** Keeps the statement as far as it is known, for recovery. */
        void draft(byte[] payload) throws GleisnerException;

        /** Opens a file for what the session cannot keep in memory; the caller closes it. */
        ScratchFile scratch() throws GleisnerException;

        /** How many lines the log has; in a resumed journal this is the next event's sequence number. */
        long events();

        /** Flushes the log to disk, reads it back and ends it. */
        SealedLog seal() throws GleisnerException;

        /** The file name that the bundle of the session's runtime trace gets. */
        String traceName();

        /**
         * Stores the record for good: written aside, flushed, renamed, with the chain's new head. The log is sealed,
         * and the caller holds the chain.
         *
         * @param payload the statement's bytes
         * @param bundle the signed bundle
         * @param head the signed head of the chain
         * @param trace the signed bundle of the session's runtime trace; empty when there is none
         * @param copyTo the project, which gets a copy in {@code .gleisner/}; empty for none
         */
        Stored commit(byte[] payload, byte[] bundle, byte[] head, Optional<byte[]> trace, Optional<Path> copyTo)
                throws GleisnerException;

        /** Removes the journal, for a session whose command never ran. */
        void discard() throws GleisnerException;

        /**
         * Why the project did not get its copy, such as a symbolic link in its place; the evidence itself is stored.
         * Empty before {@link #commit}, and when the copy was made or not asked for.
         */
        Optional<String> copyProblem();

        @Override
        void close();
    }
}
