/** Profiles: the bundled ones as data, and the strict reader for those that people write. */
module dev.gleisner.profiles {
    requires dev.gleisner.ports;
    requires static org.jspecify;
    requires org.tomlj;

    provides dev.gleisner.ports.ProfileSourceProvider with
            dev.gleisner.profiles.FileProfileSourceProvider;
}
