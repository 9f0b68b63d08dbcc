/** Linux and C library definitions as jextract writes them: layouts, constants, function descriptors. */
module dev.gleisner.bindings {
    requires static org.jspecify;

    // Only adapters may see memory segments and method handles; everyone else asks a port.
    exports dev.gleisner.bindings.linux to
            dev.gleisner.adapters.linux, // confines and starts processes
            dev.gleisner.adapters.audit, // listens to netlink, inotify and seccomp notifications
            dev.gleisner.bench; // measures the calls themselves
    exports dev.gleisner.bindings.bpf to
            dev.gleisner.adapters.audit; // loads the ebpf sensor's programs
}
