/** What Gleisner needs from the world, as interfaces that anybody can implement, and the use cases that join them. */
module dev.gleisner.ports {
    requires transitive dev.gleisner.domain;
    requires static org.jspecify;

    exports dev.gleisner.ports;
    exports dev.gleisner.ports.usecase;

    uses dev.gleisner.ports.EvidenceStoreProvider;
    uses dev.gleisner.ports.HostViewProvider;
    uses dev.gleisner.ports.ProfileSourceProvider;
    uses dev.gleisner.ports.ProjectReaderProvider;
    uses dev.gleisner.ports.PolicyEngineProvider;
    uses dev.gleisner.ports.SandboxBackendProvider;
    uses dev.gleisner.ports.SensorProvider;
    uses dev.gleisner.ports.SignerProvider;
    uses dev.gleisner.ports.VerifierProvider;
}
