package dev.gleisner.domain.statement;

import dev.gleisner.domain.json.Json;
import dev.gleisner.domain.record.SensorReport;
import dev.gleisner.domain.record.SessionRecord;
import dev.gleisner.domain.record.Trace;
import java.util.List;

/**
 * Writes what a session did as an in-toto runtime trace, about the same subjects as its provenance.
 *
 * @spec https://github.com/in-toto/attestation/blob/main/spec/predicates/runtime-trace.md in-toto runtime trace
 */
public final class TraceStatement {
    /** The {@code predicateType}. */
    public static final String PREDICATE_TYPE = "https://in-toto.io/attestation/runtime-trace/v0.1";
    /** {@code monitor.type}: what the log's members mean is described in {@code docs/FORMATS.md}. */
    public static final String MONITOR_TYPE = "https://gleisner.dev/monitor/v1";

    private TraceStatement() {}

    /**
     * The statement.
     *
     * @param hostId a URI that names the host without telling which one it is
     */
    public static Json.Obj of(SessionRecord session, Trace trace, String hostId) {
        return Json.object()
                .put("_type", ProvenanceStatement.STATEMENT_TYPE)
                .put("subject", new Json.Arr(ProvenanceStatement.subjects(session)))
                .put("predicateType", PREDICATE_TYPE)
                .put(
                        "predicate",
                        Json.object()
                                .put("monitor", monitor(session))
                                .put(
                                        "monitoredProcess",
                                        Json.object()
                                                .put("hostID", hostId)
                                                .put("type", ProvenanceStatement.BUILD_TYPE)
                                                .put("event", session.sessionId()))
                                .put("monitorLog", trace.toJson())
                                .put(
                                        "metadata",
                                        Json.object()
                                                .put(
                                                        "buildStartedOn",
                                                        ProvenanceStatement.timestamp(session.startedOn()))
                                                .put(
                                                        "buildFinishedOn",
                                                        ProvenanceStatement.timestamp(session.finishedOn())))
                                .put("gleisner_leftOut", trace.leftOutJson()))
                .build();
    }

    private static Json.Builder monitor(SessionRecord session) {
        List<SensorReport> sources = session.sensors();
        return Json.object()
                .put("type", MONITOR_TYPE)
                .put(
                        "configSource",
                        Json.object()
                                .put("name", session.spec().profileName())
                                .put("digest", session.spec().profileDigest().toJson()))
                .put(
                        "tracePolicy",
                        Json.object()
                                .put("version", session.version())
                                .put("recording", session.recording().toJson())
                                .put("sources", Json.array(sources, SensorReport::toJson)));
    }
}
