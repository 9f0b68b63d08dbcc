package dev.gleisner.adapters.linux.seccomp;

/**
 * Holds the programs of the plain presets in assembled form. This is the form of the class for the compiler only: the
 * build then replaces it by one whose constants are the programs ({@link ProgramCompiler}). A class comes out of the
 * start-up cache with everything else, while reading the tables and assembling takes longer than a JVM takes to start.
 */
final class CompiledPrograms {
    private CompiledPrograms() {}

    /** {@link SeccompProgram#bytes} of the program of that key, each as one character; empty when there is none. */
    static String of(@SuppressWarnings("unused") String key) {
        return "";
    }
}
