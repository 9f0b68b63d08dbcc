/** Sandbox backends for Linux. */
module dev.gleisner.adapters.linux {
    requires dev.gleisner.ports;
    requires static org.jspecify;

    // The audit adapters make the same system calls; see docs/adr/0002.
    exports dev.gleisner.adapters.linux.sys to
            dev.gleisner.adapters.audit;

    provides dev.gleisner.ports.HostViewProvider with
            dev.gleisner.adapters.linux.LinuxHostViewProvider;
    provides dev.gleisner.ports.SandboxBackendProvider with
            dev.gleisner.adapters.linux.NativeBackendProvider,
            dev.gleisner.adapters.linux.NoneBackendProvider;
}
