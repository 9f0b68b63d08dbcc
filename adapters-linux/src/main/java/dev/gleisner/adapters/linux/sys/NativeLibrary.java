package dev.gleisner.adapters.linux.sys;

import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A shared library whose functions take up to six integers or pointers: they are called in the one shape that
 * {@link Kernel} has linked already, see {@link Libc}. It stays loaded until the process ends. Not safe for use by
 * several threads.
 */
public final class NativeLibrary {
    private final SymbolLookup symbols;
    private final Map<String, MethodHandle> handles = new HashMap<>();

    private NativeLibrary(SymbolLookup symbols) {
        this.symbols = symbols;
    }

    /**
     * Loads a library as dlopen(3) finds it.
     *
     * @param name such as {@code libbpf.so.1}
     * @return empty when there is none of that name
     */
    @SuppressWarnings("restricted")
    public static Optional<NativeLibrary> open(String name) {
        try {
            return Optional.of(new NativeLibrary(SymbolLookup.libraryLookup(name, Arena.global())));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /** Whether the library has this function. */
    public boolean has(String function) {
        return symbols.find(function).isPresent();
    }

    /**
     * Calls a function that returns an {@code int}.
     *
     * @throws java.util.NoSuchElementException when the library has no such function
     */
    public int call(String function, long a, long b, long c) {
        return (int) Kernel.invoke(handle(function), a, b, c, 0, 0, 0);
    }

    /**
     * Calls a function that returns a pointer, and NULL and errno when it fails.
     *
     * @return the pointer, or the negated error number
     * @throws java.util.NoSuchElementException when the library has no such function
     */
    public long pointer(String function, long a, long b, long c) {
        return Kernel.invokePointer(handle(function), a, b, c);
    }

    private MethodHandle handle(String function) {
        return handles.computeIfAbsent(function, name -> Kernel.function(symbols.findOrThrow(name)));
    }
}
