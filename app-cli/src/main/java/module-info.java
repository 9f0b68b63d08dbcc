/** The command line: parse, wire, print, exit. */
module dev.gleisner.cli {
    requires dev.gleisner.ports;
    requires info.picocli;
    requires jdk.unsupported; // sun.misc.Signal: the one way to hear SIGINT and SIGTERM
    requires static org.jspecify;

    uses dev.gleisner.ports.EvidenceStoreProvider;
    uses dev.gleisner.ports.HostViewProvider;
    uses dev.gleisner.ports.PolicyEngineProvider;
    uses dev.gleisner.ports.ProfileSourceProvider;
    uses dev.gleisner.ports.ProjectReaderProvider;
    uses dev.gleisner.ports.SandboxBackendProvider;
    uses dev.gleisner.ports.SensorProvider;
    uses dev.gleisner.ports.SignerProvider;
    uses dev.gleisner.ports.VerifierProvider;
}
