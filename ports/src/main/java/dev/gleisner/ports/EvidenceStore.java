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

    /** Sessions of that project whose supervisor died; those that still run are not among them. */
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
         * @param events number of lines
         */
        record SealedLog(String fileName, Digest digest, long events) {}

        /** Appends to the audit log. */
        EventSink log();

        /** Keeps the statement as far as it is known, for recovery. */
        void draft(byte[] payload) throws GleisnerException;

        /** Flushes the log to disk and ends it. */
        SealedLog seal() throws GleisnerException;

        /**
         * Stores the record for good; the caller holds the chain: written aside, flushed, renamed, with the chain's new head.
         *
         * @param payload the statement's bytes
         * @param bundle the signed bundle
         * @param head the signed head of the chain
         * @param copyTo the project, which gets a copy in {@code .gleisner/}; empty for none
         */
        Stored commit(byte[] payload, byte[] bundle, byte[] head, Optional<Path> copyTo) throws GleisnerException;

        @Override
        void close();
    }
}
