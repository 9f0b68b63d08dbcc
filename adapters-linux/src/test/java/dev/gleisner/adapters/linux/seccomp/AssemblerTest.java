package dev.gleisner.adapters.linux.seccomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gleisner.adapters.linux.seccomp.Assembler.Label;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AssemblerTest {
    private final Assembler assembler = new Assembler();

    private Verdict run(int nr) {
        return Interpreter.evaluate(assembler.assemble().instructions(), nr, 0, 0, 0, 0, 0, 0, 0);
    }

    @Test
    void encodesAsTheKernelReadsIt() {
        Label yes = assembler.label();
        Label no = assembler.label();
        assembler.load(4, "");
        assembler.branch(Bpf.JUMP_EQ, 0xc000003e, yes, no, "");
        assembler.place(no);
        assembler.ret(new Verdict.Kill(), "");
        assembler.place(yes);
        assembler.ret(new Verdict.Allow(), "");
        byte[] bytes = Assembler.encode(assembler.assemble().instructions());
        assertThat(bytes)
                .containsExactly(
                        0x20, 0, 0, 0, 4, 0, 0, 0, //
                        0x15, 0, 1, 0, 0x3e, 0, 0, 0xc0, //
                        0x06, 0, 0, 0, 0, 0, 0, 0x80, //
                        0x06, 0, 0, 0, 0, 0, 0xff, 0x7f);
        assertThat(Assembler.decode(bytes)).isEqualTo(assembler.assemble().instructions());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 253, 254, 255, 256, 257, 258, 1000, 4000})
    void aLabelIsReachedAtAnyDistanceOnEitherSide(int filler) {
        for (boolean farOnYes : new boolean[] {true, false}) {
            Assembler a = new Assembler();
            Label near = a.label();
            Label far = a.label();
            a.load(Bpf.OFFSET_NR, "");
            a.branch(Bpf.JUMP_EQ, 7, farOnYes ? far : near, farOnYes ? near : far, "");
            a.place(near);
            for (int i = 0; i < filler; i++) {
                a.load(Bpf.OFFSET_ARCH, "");
            }
            a.ret(new Verdict.Kill(), "");
            a.place(far);
            a.ret(new Verdict.Allow(), "");
            List<Instruction> program = a.assemble().instructions();
            Verdict onSeven = Interpreter.evaluate(program, 7, 0, 0, 0, 0, 0, 0, 0);
            Verdict onEight = Interpreter.evaluate(program, 8, 0, 0, 0, 0, 0, 0, 0);
            assertThat(onSeven).isEqualTo(farOnYes ? new Verdict.Allow() : new Verdict.Kill());
            assertThat(onEight).isEqualTo(farOnYes ? new Verdict.Kill() : new Verdict.Allow());
        }
    }

    @Test
    void bothSidesMayBeFar() {
        Label one = assembler.label();
        Label two = assembler.label();
        Label skip = assembler.label();
        assembler.load(Bpf.OFFSET_NR, "");
        assembler.branch(Bpf.JUMP_GE, 100, one, two, "");
        assembler.place(skip);
        for (int i = 0; i < 300; i++) {
            assembler.load(Bpf.OFFSET_ARCH, "");
        }
        assembler.place(one);
        assembler.ret(new Verdict.Refuse(1), "");
        assembler.place(two);
        assembler.ret(new Verdict.Refuse(2), "");
        assertThat(run(100)).isEqualTo(new Verdict.Refuse(1));
        assertThat(run(-1)).isEqualTo(new Verdict.Refuse(1));
        assertThat(run(99)).isEqualTo(new Verdict.Refuse(2));
    }

    /** Random programs of branches, walked label by label beside the interpreter's walk of the bytes. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void randomJumpsLandWhereTheLabelsAre(long seed) {
        Random random = new Random(seed);
        int lines = 1000;
        int reach = 1 + random.nextInt(600);
        int[] codes = {Bpf.JUMP_EQ, Bpf.JUMP_GT, Bpf.JUMP_GE, Bpf.JUMP_SET};
        List<Label> labels = new ArrayList<>();
        for (int i = 0; i < lines; i++) {
            labels.add(assembler.label());
        }
        int[][] plan = new int[lines][];
        assembler.load(Bpf.OFFSET_NR, "");
        for (int i = 0; i < lines; i++) {
            assembler.place(labels.get(i));
            if (i > lines - 3 || random.nextInt(20) == 0) {
                plan[i] = new int[] {-1};
                assembler.ret(new Verdict.Refuse(1 + i), "");
                continue;
            }
            int yes = Math.min(lines - 1, i + 1 + random.nextInt(reach));
            int no = Math.min(lines - 1, i + 1 + random.nextInt(reach));
            int code = codes[random.nextInt(codes.length)];
            int k = random.nextInt(1 << 10);
            plan[i] = new int[] {code, k, yes, no};
            assembler.branch(code, k, labels.get(yes), labels.get(no), "");
        }
        List<Instruction> program =
                Assembler.decode(Assembler.encode(assembler.assemble().instructions()));
        for (int nr = 0; nr < 1 << 10; nr++) {
            int at = 0;
            while (plan[at][0] != -1) {
                int k = plan[at][1];
                boolean holds = switch (plan[at][0]) {
                    case Bpf.JUMP_EQ -> nr == k;
                    case Bpf.JUMP_GT -> nr > k;
                    case Bpf.JUMP_GE -> nr >= k;
                    default -> (nr & k) != 0;
                };
                at = plan[at][holds ? 2 : 3];
            }
            assertThat(Interpreter.evaluate(program, nr, 0, 0, 0, 0, 0, 0, 0))
                    .as("nr %d", nr)
                    .isEqualTo(new Verdict.Refuse(1 + at));
        }
    }

    @Test
    void theLongestProgramIsTakenAndOneMoreIsNot() {
        for (int i = 0; i < Bpf.MAX_INSTRUCTIONS - 1; i++) {
            assembler.load(Bpf.OFFSET_NR, "");
        }
        assembler.ret(new Verdict.Allow(), "");
        assertThat(assembler.assemble().instructions()).hasSize(4096);
        assembler.ret(new Verdict.Allow(), "");
        assertThatThrownBy(assembler::assemble).hasMessageContaining("4097");
    }

    @Test
    void refusesWhatTheKernelWouldRefuse() {
        assertThatThrownBy(assembler::assemble).hasMessageContaining("0 instructions");
        Label missing = assembler.label();
        assembler.jump(missing);
        assertThatThrownBy(assembler::assemble).hasMessageContaining("never placed");
        assembler.place(missing);
        assertThatThrownBy(assembler::assemble).hasMessageContaining("past the end");
        assertThatThrownBy(() -> assembler.place(missing)).hasMessageContaining("already");
        assertThatThrownBy(() -> Assembler.check(List.of(Instruction.of(Bpf.LOAD, 0))))
                .hasMessageContaining("past the end");
        assertThatThrownBy(() -> Assembler.check(List.of(Instruction.of(Bpf.JUMP, -1), Instruction.of(Bpf.RETURN, 0))))
                .hasMessageContaining("past the end");
    }

    @Test
    void refusesJumpsBack() {
        Label start = assembler.label();
        assembler.place(start);
        assembler.load(0, "");
        assembler.jump(start);
        assertThatThrownBy(assembler::assemble).hasMessageContaining("goes back");
    }

    @Test
    void refusesInstructionsThatMakeNoSense() {
        assertThatThrownBy(() -> new Instruction(0x99, 0, 0, 0)).hasMessageContaining("0x99");
        assertThatThrownBy(() -> new Instruction(Bpf.JUMP_EQ, 256, 0, 0)).hasMessageContaining("256/0");
        assertThatThrownBy(() -> new Instruction(Bpf.RETURN, 1, 0, 0)).hasMessageContaining("1/0");
        assertThatThrownBy(() -> Instruction.of(Bpf.LOAD, 64)).hasMessageContaining("64");
        assertThatThrownBy(() -> Instruction.of(Bpf.LOAD, 3)).hasMessageContaining("3");
        assertThatThrownBy(() -> Instruction.of(Bpf.LOAD, -4)).hasMessageContaining("-4");
        assertThatThrownBy(() -> Bpf.offsetOfArg(6, false)).hasMessageContaining("6");
        assertThatThrownBy(() -> Assembler.decode(new byte[7])).hasMessageContaining("7 bytes");
        assertThatThrownBy(() -> new Verdict.Refuse(4096)).hasMessageContaining("4096");
        assertThatThrownBy(() -> Verdict.ofCode(0x7ff00000)).hasMessageContaining("0x7ff00000");
        assertThatThrownBy(() -> Interpreter.evaluate(List.of(), 0, 0, 1L)).hasMessageContaining("1 arguments");
    }

    @Test
    void disassemblesEveryKindOfInstruction() {
        List<Instruction> program = List.of(
                Instruction.of(Bpf.LOAD, 4),
                new Instruction(Bpf.JUMP_EQ, 1, 0, 0xc000003e),
                Instruction.of(Bpf.RETURN, new Verdict.Kill().code()),
                Instruction.of(Bpf.LOAD, 28),
                Instruction.of(Bpf.AND, 0xf),
                new Instruction(Bpf.JUMP_GT, 0, 1, 41),
                new Instruction(Bpf.JUMP_GE, 1, 2, 5000),
                Instruction.of(Bpf.JUMP, 1),
                new Instruction(Bpf.JUMP_SET, 0, 1, 0x80),
                Instruction.of(Bpf.RETURN, new Verdict.Refuse(1).code()),
                Instruction.of(Bpf.RETURN, new Verdict.Refuse(4000).code()),
                Instruction.of(Bpf.RETURN, new Verdict.Log().code()),
                Instruction.of(Bpf.RETURN, new Verdict.Allow().code()));
        assertThat(Disassembler.print(program, Map.of(0, "a remark"))).isEqualTo("""
                        0000: A = arch                                           # a remark
                        0001: if (A == 0xc000003e) goto 0003
                        0002: return KILL_PROCESS
                        0003: A = a1.hi
                        0004: A &= 0xf
                        0005: if (A <= 41) goto 0007
                        0006: if (A >= 0x1388) goto 0008 else goto 0009
                        0007: goto 0009
                        0008: if (!(A & 0x80)) goto 0010
                        0009: return ERRNO(EPERM)
                        0010: return ERRNO(4000)
                        0011: return LOG
                        0012: return ALLOW
                        """);
    }
}
