package dev.gleisner.adapters.linux.seccomp;

import java.util.List;

/** A finished filter; immutable. */
public final class SeccompProgram {
    /** AUDIT_ARCH_X86_64, the only architecture our programs let through. */
    public static final int ARCH_X86_64 = Bpf.ARCH_X86_64;

    private final Assembler.Result code;

    SeccompProgram(Assembler.Result code) {
        this.code = code;
    }

    List<Instruction> instructions() {
        return code.instructions();
    }

    /** Returns how many instructions there are; the {@code len} of {@code struct sock_fprog}. */
    public int size() {
        return code.instructions().size();
    }

    /** Returns the {@code struct sock_filter} array: {@link #size()} times 8 bytes, little endian. */
    public byte[] bytes() {
        return Assembler.encode(code.instructions());
    }

    /** Returns the program for people, one instruction a line, with names and reasons as comments. */
    public String disassemble() {
        return Disassembler.print(code.instructions(), code.comments());
    }

    /**
     * Tells what the program says about a call, without asking the kernel.
     *
     * @param nr the number as the kernel sees it
     * @param arch an AUDIT_ARCH number, such as {@link #ARCH_X86_64}
     * @param args six arguments, as the registers hold them
     */
    public Verdict evaluate(int nr, int arch, long... args) {
        return Interpreter.evaluate(code.instructions(), nr, arch, args);
    }

    /** Whether the kernel makes that call of a program for this architecture, at once. */
    public boolean lets(int nr, long... args) {
        return switch (evaluate(nr, ARCH_X86_64, args)) {
            case Verdict.Allow _, Verdict.Log _ -> true;
            case Verdict.Refuse _, Verdict.Kill _, Verdict.Notify _ -> false;
        };
    }
}
