package dev.gleisner.profiles;

/**
 * Holds the bundled profiles in compiled form. This is the form of the class for the compiler only: the build then
 * replaces it by one whose constants are the profiles ({@link ProfileCompiler}). A class comes out of the start-up
 * cache with everything else; looking a resource up in the class path takes longer than all else that is done with
 * a profile.
 */
final class CompiledProfiles {
    private CompiledProfiles() {}

    /** The bytes that {@link CompiledProfile} reads, each as one character; empty when there is no such profile. */
    static String of(@SuppressWarnings("unused") String name) {
        return "";
    }
}
