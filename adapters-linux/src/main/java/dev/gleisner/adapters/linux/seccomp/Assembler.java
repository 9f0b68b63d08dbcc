package dev.gleisner.adapters.linux.seccomp;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Puts a classic BPF program together; jumps go to labels, forwards only.
 *
 * <p>A conditional jump reaches 255 instructions. Where a label lies further away, the assembler adds an unconditional
 * jump, which has 32 bits. Adding one moves what follows, so sizes are settled in rounds; they only grow, so the rounds
 * end.
 */
final class Assembler {
    /** A place in the program; made by {@link #label()}, put down once by {@link #place}. */
    static final class Label {
        private int line = -1;

        private Label() {}
    }

    private sealed interface Line {
        record Plain(Instruction instruction) implements Line {}

        record Goto(Label target) implements Line {}

        record Branch(int code, int k, Label yes, Label no) implements Line {}
    }

    private record Commented(Line line, String comment) {}

    /** Instructions, and remarks for people by instruction index. */
    record Result(List<Instruction> instructions, Map<Integer, String> comments) {
        Result {
            instructions = List.copyOf(instructions);
            comments = Map.copyOf(comments);
        }
    }

    private final List<Commented> lines = new ArrayList<>();

    Label label() {
        return new Label();
    }

    /** Says that the label means the next instruction. */
    void place(Label label) {
        if (label.line >= 0) {
            throw new IllegalStateException("label is already at line " + label.line);
        }
        label.line = lines.size();
    }

    void load(int offset, String comment) {
        add(new Line.Plain(Instruction.of(Bpf.LOAD, offset)), comment);
    }

    void and(int mask) {
        add(new Line.Plain(Instruction.of(Bpf.AND, mask)), "");
    }

    void ret(Verdict verdict, String comment) {
        add(new Line.Plain(Instruction.of(Bpf.RETURN, verdict.code())), comment);
    }

    void jump(Label target) {
        add(new Line.Goto(target), "");
    }

    /** Adds a conditional jump; {@code code} is one of the {@code JUMP_} opcodes with a condition. */
    void branch(int code, int k, Label yes, Label no, String comment) {
        add(new Line.Branch(code, k, yes, no), comment);
    }

    private void add(Line line, String comment) {
        lines.add(new Commented(line, comment));
    }

    /**
     * Resolves the labels.
     *
     * @throws IllegalStateException if a label is missing or lies behind, the end can be fallen off, or the program is
     *     longer than {@value Bpf#MAX_INSTRUCTIONS} instructions
     */
    Result assemble() {
        boolean[] farYes = new boolean[lines.size()];
        boolean[] farNo = new boolean[lines.size()];
        int[] at = layOut(farYes, farNo);
        boolean grew = true;
        while (grew) {
            grew = false;
            for (int i = 0; i < lines.size(); i++) {
                if (lines.get(i).line() instanceof Line.Branch branch) {
                    if (!farYes[i] && distance(i, at, branch.yes()) > Bpf.MAX_CONDITIONAL_SKIP) {
                        farYes[i] = true;
                        grew = true;
                    }
                    if (!farNo[i] && distance(i, at, branch.no()) > Bpf.MAX_CONDITIONAL_SKIP) {
                        farNo[i] = true;
                        grew = true;
                    }
                }
            }
            at = layOut(farYes, farNo);
        }
        int size = at[lines.size()];
        if (size == 0 || size > Bpf.MAX_INSTRUCTIONS) {
            throw new IllegalStateException(
                    "program has %d instructions, the kernel takes 1 to %d".formatted(size, Bpf.MAX_INSTRUCTIONS));
        }
        List<Instruction> out = new ArrayList<>(size);
        Map<Integer, String> comments = new LinkedHashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).comment().isEmpty()) {
                comments.put(out.size(), lines.get(i).comment());
            }
            switch (lines.get(i).line()) {
                case Line.Plain(Instruction instruction) -> out.add(instruction);
                case Line.Goto(Label target) -> out.add(Instruction.of(Bpf.JUMP, distance(i, at, target)));
                case Line.Branch(int code, int k, Label yes, Label no) -> {
                    // A far side skips to its own helper jump right below; a near one skips past the helpers too,
                    // which distance() has counted, as it measures from the branch itself.
                    int jt = farYes[i] ? 0 : distance(i, at, yes);
                    int jf = farNo[i] ? (farYes[i] ? 1 : 0) : distance(i, at, no);
                    out.add(new Instruction(code, jt, jf, k));
                    if (farYes[i]) {
                        out.add(Instruction.of(Bpf.JUMP, distance(i, at, yes) - 1));
                    }
                    if (farNo[i]) {
                        out.add(Instruction.of(Bpf.JUMP, distance(i, at, no) - (farYes[i] ? 2 : 1)));
                    }
                }
            }
        }
        check(out);
        return new Result(out, comments);
    }

    /** The index of each line's first instruction, and of the end. */
    private int[] layOut(boolean[] farYes, boolean[] farNo) {
        int[] at = new int[lines.size() + 1];
        for (int i = 0; i < lines.size(); i++) {
            at[i + 1] = at[i] + 1 + (farYes[i] ? 1 : 0) + (farNo[i] ? 1 : 0);
        }
        return at;
    }

    private int distance(int from, int[] at, Label to) {
        if (to.line < 0) {
            throw new IllegalStateException("label used at line " + from + " was never placed");
        }
        if (to.line >= lines.size()) {
            throw new IllegalStateException("label used at line " + from + " is past the end");
        }
        int skip = at[to.line] - at[from] - 1;
        if (skip < 0) {
            throw new IllegalStateException("jump at line " + from + " goes back, which BPF cannot");
        }
        return skip;
    }

    /**
     * Checks what the kernel checks: every jump lands inside and the last instruction returns. With jumps that only go
     * forward this means that every path returns.
     */
    static void check(List<Instruction> program) {
        if (program.isEmpty() || program.size() > Bpf.MAX_INSTRUCTIONS) {
            throw new IllegalStateException("program has %d instructions, the kernel takes 1 to %d"
                    .formatted(program.size(), Bpf.MAX_INSTRUCTIONS));
        }
        for (int i = 0; i < program.size(); i++) {
            Instruction instruction = program.get(i);
            long furthest = instruction.code() == Bpf.JUMP
                    ? Integer.toUnsignedLong(instruction.k())
                    : Math.max(instruction.jt(), instruction.jf());
            if (i + 1 + furthest >= program.size() && instruction.code() != Bpf.RETURN) {
                throw new IllegalStateException("instruction " + i + " leads past the end of the program");
            }
        }
    }

    /** Encodes for the kernel: 8 bytes an instruction, little endian. */
    static byte[] encode(List<Instruction> program) {
        byte[] bytes = new byte[program.size() * Instruction.BYTES];
        int at = 0;
        for (Instruction i : program) {
            bytes[at++] = (byte) i.code();
            bytes[at++] = (byte) (i.code() >>> 8);
            bytes[at++] = (byte) i.jt();
            bytes[at++] = (byte) i.jf();
            for (int shift = 0; shift < 32; shift += 8) {
                bytes[at++] = (byte) (i.k() >>> shift);
            }
        }
        return bytes;
    }

    /** Reads encoded bytes back; for tests and for programs from elsewhere. */
    static List<Instruction> decode(byte[] bytes) {
        if (bytes.length % Instruction.BYTES != 0) {
            throw new IllegalArgumentException(bytes.length + " bytes are not whole instructions of 8");
        }
        List<Instruction> program = new ArrayList<>(bytes.length / Instruction.BYTES);
        for (int at = 0; at < bytes.length; at += Instruction.BYTES) {
            int code = (bytes[at] & 0xff) | (bytes[at + 1] & 0xff) << 8;
            int k = 0;
            for (int b = 0; b < 4; b++) {
                k |= (bytes[at + 4 + b] & 0xff) << (8 * b);
            }
            program.add(new Instruction(code, bytes[at + 2] & 0xff, bytes[at + 3] & 0xff, k));
        }
        return program;
    }
}
