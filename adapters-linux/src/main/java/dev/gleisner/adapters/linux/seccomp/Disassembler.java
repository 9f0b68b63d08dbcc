package dev.gleisner.adapters.linux.seccomp;

import java.util.List;
import java.util.Map;

/** Prints programs for people, one instruction a line, in the manner of seccomp-tools. */
final class Disassembler {
    private Disassembler() {}

    static String print(List<Instruction> program, Map<Integer, String> comments) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < program.size(); i++) {
            String text = "%04d: %s".formatted(i, text(i, program.get(i)));
            String comment = comments.getOrDefault(i, "");
            out.append(comment.isEmpty() ? text : "%-56s # %s".formatted(text, comment))
                    .append('\n');
        }
        return out.toString();
    }

    private static String text(int at, Instruction i) {
        return switch (i.code()) {
            case Bpf.LOAD -> "A = " + word(i.k());
            case Bpf.AND -> "A &= 0x%x".formatted(i.k());
            case Bpf.JUMP -> "goto %04d".formatted(at + 1 + i.k());
            case Bpf.JUMP_EQ -> branch(at, i, "A == " + number(i.k()), "A != " + number(i.k()));
            case Bpf.JUMP_GT -> branch(at, i, "A > " + number(i.k()), "A <= " + number(i.k()));
            case Bpf.JUMP_GE -> branch(at, i, "A >= " + number(i.k()), "A < " + number(i.k()));
            case Bpf.JUMP_SET -> branch(at, i, "A & 0x%x".formatted(i.k()), "!(A & 0x%x)".formatted(i.k()));
            case Bpf.RETURN -> "return " + Verdict.ofCode(i.k()).text();
            default -> throw new AssertionError("Instruction lets no other opcode in: " + i);
        };
    }

    private static String branch(int at, Instruction i, String holds, String fails) {
        int yes = at + 1 + i.jt();
        int no = at + 1 + i.jf();
        if (i.jf() == 0) {
            return "if (%s) goto %04d".formatted(holds, yes);
        }
        if (i.jt() == 0) {
            return "if (%s) goto %04d".formatted(fails, no);
        }
        return "if (%s) goto %04d else goto %04d".formatted(holds, yes, no);
    }

    private static String number(int k) {
        return k >= 0 && k < 1024 ? Integer.toString(k) : "0x%x".formatted(k);
    }

    static String word(int offset) {
        return switch (offset) {
            case Bpf.OFFSET_NR -> "nr";
            case Bpf.OFFSET_ARCH -> "arch";
            case 8 -> "instruction_pointer";
            case 12 -> "instruction_pointer.hi";
            default -> "a" + (offset - Bpf.OFFSET_ARGS) / 8 + (offset % 8 == 0 ? "" : ".hi");
        };
    }
}
