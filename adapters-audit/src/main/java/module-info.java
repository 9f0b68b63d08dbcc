/** Sensors, the evidence store and the reader of project trees. Exports nothing: the providers are found as services. */
module dev.gleisner.adapters.audit {
    requires dev.gleisner.adapters.linux;
    requires dev.gleisner.ports;
    requires static org.jspecify;

    provides dev.gleisner.ports.EvidenceStoreProvider with
            dev.gleisner.adapters.audit.FileEvidenceStoreProvider;
    provides dev.gleisner.ports.ProjectReaderProvider with
            dev.gleisner.adapters.audit.DirectProjectReaderProvider;
    provides dev.gleisner.ports.SensorProvider with
            dev.gleisner.adapters.audit.FanotifySensorProvider,
            dev.gleisner.adapters.audit.InotifySensorProvider,
            dev.gleisner.adapters.audit.LandlockAuditSensorProvider,
            dev.gleisner.adapters.audit.ebpf.EbpfSensorProvider,
            dev.gleisner.adapters.audit.notify.NotifySensorProvider;
}
