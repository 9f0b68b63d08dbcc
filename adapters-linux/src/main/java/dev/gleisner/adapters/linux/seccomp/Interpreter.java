package dev.gleisner.adapters.linux.seccomp;

import java.util.List;

/** Runs a program as the kernel would, on one invented call. */
final class Interpreter {
    private Interpreter() {}

    /**
     * Evaluates one call.
     *
     * @param args six arguments, as the registers hold them
     */
    static Verdict evaluate(List<Instruction> program, int nr, int arch, long... args) {
        if (args.length != 6) {
            throw new IllegalArgumentException(args.length + " arguments, a call has 6");
        }
        int a = 0;
        int pc = 0;
        while (true) {
            Instruction i = program.get(pc++);
            switch (i.code()) {
                case Bpf.LOAD -> a = word(i.k(), nr, arch, args);
                case Bpf.AND -> a &= i.k();
                case Bpf.JUMP -> pc += i.k();
                case Bpf.JUMP_EQ -> pc += a == i.k() ? i.jt() : i.jf();
                case Bpf.JUMP_GT -> pc += Integer.compareUnsigned(a, i.k()) > 0 ? i.jt() : i.jf();
                case Bpf.JUMP_GE -> pc += Integer.compareUnsigned(a, i.k()) >= 0 ? i.jt() : i.jf();
                case Bpf.JUMP_SET -> pc += (a & i.k()) != 0 ? i.jt() : i.jf();
                case Bpf.RETURN -> {
                    return Verdict.ofCode(i.k());
                }
                default -> throw new AssertionError("Instruction lets no other opcode in: " + i);
            }
        }
    }

    private static int word(int offset, int nr, int arch, long[] args) {
        return switch (offset) {
            case Bpf.OFFSET_NR -> nr;
            case Bpf.OFFSET_ARCH -> arch;
            case 8, 12 -> 0; // the instruction pointer, which no rule of ours looks at
            default -> (int) (args[(offset - Bpf.OFFSET_ARGS) / 8] >>> (offset % 8 == 0 ? 0 : 32));
        };
    }
}
