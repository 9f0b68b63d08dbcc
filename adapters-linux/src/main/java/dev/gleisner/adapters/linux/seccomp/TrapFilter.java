package dev.gleisner.adapters.linux.seccomp;

import dev.gleisner.adapters.linux.seccomp.Assembler.Label;
import dev.gleisner.adapters.linux.sys.TrappedCall;
import dev.gleisner.domain.record.Traps;

/**
 * Builds the filter that makes calls wait for a sensor. It protects nothing and takes nothing away: of all filters of a
 * task the kernel obeys the strictest, and to wait is milder than to refuse. Calls of i386 are seen like those of
 * x86_64. Those of x32 do not exist, as on most kernels: their numbers and structures are a third kind.
 */
public final class TrapFilter {
    private static final Verdict ALLOW = new Verdict.Allow();
    private static final Verdict NOTIFY = new Verdict.Notify();
    private static final Verdict NO_SUCH_CALL = Errno.ENOSYS.verdict();

    private final Traps traps;
    private final Assembler assembler = new Assembler();
    private final Label allow = assembler.label();
    private final Label trap = assembler.label();
    private final Label none = assembler.label();

    private TrapFilter(Traps traps) {
        this.traps = traps;
    }

    /**
     * The filter for these traps.
     *
     * @throws IllegalArgumentException for {@link Traps#NONE}, which need no filter
     */
    public static SeccompProgram of(Traps traps) {
        if (traps == Traps.NONE) {
            throw new IllegalArgumentException("no traps, no filter");
        }
        return new SeccompProgram(new TrapFilter(traps).assemble());
    }

    private Assembler.Result assemble() {
        Label native64 = assembler.label();
        Label other = assembler.label();
        Label i386 = assembler.label();
        Label first = assembler.label();
        assembler.load(Bpf.OFFSET_ARCH, "");
        assembler.branch(Bpf.JUMP_EQ, Bpf.ARCH_X86_64, native64, other, "x86_64");
        assembler.place(native64);
        assembler.load(Bpf.OFFSET_NR, "");
        assembler.branch(Bpf.JUMP_SET, Bpf.X32_BIT, none, first, "x32");
        assembler.place(first);
        calls(false);
        assembler.place(other);
        assembler.branch(Bpf.JUMP_EQ, Bpf.ARCH_I386, i386, none, "i386");
        assembler.place(i386);
        assembler.load(Bpf.OFFSET_NR, "");
        calls(true);
        assembler.place(allow);
        assembler.ret(ALLOW, "");
        assembler.place(trap);
        assembler.ret(NOTIFY, "");
        assembler.place(none);
        assembler.ret(NO_SUCH_CALL, "");
        return assembler.assemble();
    }

    private void calls(boolean i386) {
        for (TrappedCall call : TrappedCall.ALL) {
            int number = i386 ? call.numberI386() : call.number();
            if (number < 0) {
                continue;
            }
            Label next = assembler.label();
            boolean conditional = conditional(call);
            Label hit = conditional ? assembler.label() : trap;
            assembler.branch(Bpf.JUMP_EQ, number, hit, next, call.name());
            if (conditional) {
                assembler.place(hit);
                condition(call, i386);
            }
            assembler.place(next);
        }
        assembler.jump(allow);
    }

    private boolean conditional(TrappedCall call) {
        return switch (call.action()) {
            case OPEN -> traps == Traps.CHANGES;
            case SEND -> true;
            default -> false;
        };
    }

    private void condition(TrappedCall call, boolean i386) {
        if (call.action() == TrappedCall.Action.OPEN) {
            assembler.load(Bpf.offsetOfArg(call.flags(), false), "flags");
            assembler.branch(Bpf.JUMP_SET, TrappedCall.OPENS_TO_CHANGE, trap, allow, "could change something");
            return;
        }
        Label high = assembler.label();
        assembler.load(Bpf.offsetOfArg(call.path2(), false), "address");
        if (i386) {
            assembler.branch(Bpf.JUMP_EQ, 0, allow, trap, "none: the socket is connected");
            return;
        }
        assembler.branch(Bpf.JUMP_EQ, 0, high, trap, "");
        assembler.place(high);
        assembler.load(Bpf.offsetOfArg(call.path2(), true), "");
        assembler.branch(Bpf.JUMP_EQ, 0, allow, trap, "none: the socket is connected");
    }
}
