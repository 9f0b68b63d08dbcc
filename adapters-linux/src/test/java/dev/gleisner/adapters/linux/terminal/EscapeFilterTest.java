package dev.gleisner.adapters.linux.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gleisner.adapters.linux.terminal.EscapeFilter.Drop;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What reaches the real terminal. */
class EscapeFilterTest {
    private static String pass(EscapeFilter filter, byte[] input, int... cuts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int from = 0;
        for (int k = 0; k <= cuts.length; k++) {
            int to = k == cuts.length ? input.length : cuts[k];
            byte[] part = java.util.Arrays.copyOfRange(input, from, to);
            byte[] kept = new byte[EscapeFilter.outputBound(part.length)];
            out.write(kept, 0, filter.filter(part, part.length, kept));
            from = to;
        }
        return out.toString(StandardCharsets.ISO_8859_1);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String latin(String text) {
        return new String(bytes(text), StandardCharsets.ISO_8859_1);
    }

    private static String filtered(String text) {
        return pass(new EscapeFilter(), bytes(text));
    }

    /** Dropped for that reason and no other, and the text around it stays. */
    private static void dropped(Drop reason, String sequence) {
        EscapeFilter filter = new EscapeFilter();
        assertThat(pass(filter, bytes("before" + sequence + "after"))).isEqualTo("beforeafter");
        assertThat(filter.dropped(reason)).as(reason.name()).isEqualTo(1);
        assertThat(filter.dropped()).isEqualTo(1);
    }

    private static void untouched(String text) {
        EscapeFilter filter = new EscapeFilter();
        assertThat(pass(filter, bytes(text))).isEqualTo(latin(text));
        assertThat(filter.dropped()).isZero();
    }

    @Test
    void paintingPasses() {
        untouched("plain\r\n\ttext \b\u0007 äöü € 日本語 👩‍💻\n");
        untouched("\033[1;38;5;196mred\033[0m \033[38:2::1:2:3mtrue\033[m");
        untouched(
                "\033[2J\033[H\033[10;20H\033[K\033[?25l\033[?25h\033[6 q\033[!p\0337\0338\033M\033=\033>\033(B\033)0");
        untouched("\033[?1049h\033[?2004h\033[?1000;1006h\033[?1004h\033[?2026h");
        untouched("\033[>1u\033[<u\033[?u\033[>4;2m\033[22;0;0t\033[23;0;0t\033[8;20;21t");
        untouched("\033[c\033[>c\033[6n\033[5n\033[?996n\033[?2026$p\033[>q\033[18t\033[14t\033[16t\033[x");
        untouched("\033]0;a title ✳\033\\\033]8;id=1;https://example.org/?q=ü\033\\link\033]8;;\033\\");
        untouched("\033]11;?\033\\\033]4;1;?\033\\\033]10;#ffffff\033\\\033]104\033\\\033]112\033\\\033]133;A\033\\");
        untouched("\033]9;4;1;50\033\\\033]22;pointer\033\\");
        untouched("\033[1;24r\033[4h\033[20l\033[?7h\033[3g\033H\033D\033E\033c\033#8\033[b\033[5@\016\017");
    }

    @Test
    void aBellEndsAnOscAndBecomesSt() {
        assertThat(filtered("\033]2;title\007x")).isEqualTo("\033]2;title\033\\x");
    }

    @Test
    void theClipboardIsOutOfReach() {
        dropped(Drop.CLIPBOARD, "\033]52;c;cm0gLXJmIH4=\007");
        dropped(Drop.CLIPBOARD, "\033]52;c;?\033\\");
        dropped(Drop.CLIPBOARD, "\033]052;p;AAAA\033\\");
        dropped(Drop.CLIPBOARD, "\033]52\007");
    }

    @Test
    void theTerminalIsNotMadeToType() {
        dropped(Drop.QUERY, "\005");
        dropped(Drop.QUERY, "\033[21t");
        dropped(Drop.QUERY, "\033[20t");
        dropped(Drop.QUERY, "\033[0021;1t");
        dropped(Drop.QUERY, "\033[21:1t");
        dropped(Drop.QUERY, "\033[1;1;1;1;10;10*y");
        dropped(Drop.QUERY, "\033[1$w");
        dropped(Drop.QUERY, "\033[1$u");
        EscapeFilter filter = new EscapeFilter();
        assertThat(pass(filter, bytes("\033[2\0051t"))).isEmpty(); // ENQ inside, then the title report
        assertThat(filter.dropped(Drop.QUERY)).isEqualTo(2);
    }

    @Test
    void theTerminalIsNotMadeToDoOtherThings() {
        dropped(Drop.DEVICE, "\033P$qm\033\\");
        dropped(Drop.DEVICE, "\033P+q544e\033\\");
        dropped(Drop.DEVICE, "\033P1;1|17/6c73\033\\");
        dropped(Drop.DEVICE, "\033P1000p%begin\n\033\\");
        dropped(Drop.DEVICE, "\033_Gt=f,a=T;L2V0Yy9wYXNzd2Q=\033\\");
        dropped(Drop.DEVICE, "\033^private\033\\");
        dropped(Drop.DEVICE, "\033Xstring\033\\");
        dropped(Drop.DEVICE, "\033kscreen title\033\\");
        dropped(Drop.DEVICE, "\033[5i");
        dropped(Drop.DEVICE, "\033[?5i");
        dropped(Drop.DEVICE, "\033]50;?\033\\");
        dropped(Drop.DEVICE, "\033]1337;File=name=eA==:AAAA\007");
        dropped(Drop.DEVICE, "\033]55;/home/u/.bashrc\007");
        dropped(Drop.DEVICE, "\033]46;/tmp/log\007");
        dropped(Drop.DEVICE, "\033]7;file:///tmp\007");
        dropped(Drop.DEVICE, "\033]5522;type=read\007");
        dropped(Drop.DEVICE, "\033]99;i=x:p=?;\007");
        dropped(Drop.DEVICE, "\033]R");
        dropped(Drop.DEVICE, "\033]P0a0b0c0");
    }

    @Test
    void bytesKeepTheirMeaning() {
        dropped(Drop.CONTROL, "\033%@");
        dropped(Drop.CONTROL, "\033%G");
        dropped(Drop.CONTROL, "\033 G");
        dropped(Drop.CONTROL, "\033[?2l");
        dropped(Drop.CONTROL, "\033[?25;2l");
        dropped(Drop.CONTROL, "\033[?38h");
        dropped(Drop.CONTROL, "\u009d");
        dropped(Drop.CONTROL, "\u009b");
        dropped(Drop.CONTROL, "\033[" + "1;".repeat(200) + "m");
        dropped(Drop.CONTROL, "\033]0;" + "x".repeat(9000) + "\007");
        dropped(Drop.CONTROL, "\033]0;a\u009c\007");
        dropped(Drop.CONTROL, "\033]0;a\nb\007");
        dropped(Drop.CONTROL, "\033]l;title\007");
        EscapeFilter raw = new EscapeFilter();
        assertThat(pass(raw, new byte[] {'a', (byte) 0x9d, '5', '2', (byte) 0xff, (byte) 0xc0, (byte) 0x9b, 'b'}))
                .isEqualTo("a52b");
        assertThat(raw.dropped(Drop.CONTROL)).isEqualTo(4);
        EscapeFilter overlong = new EscapeFilter(); // U+009B in three bytes
        assertThat(pass(overlong, new byte[] {(byte) 0xe0, (byte) 0x82, (byte) 0x9b, 'm'}))
                .isEqualTo("m");
    }

    @Test
    void aCutOffSequenceDoesNotHideTheNext() {
        assertThat(filtered("\033]0;title\033]52;c;AAAA\007x")).isEqualTo("x");
        assertThat(filtered("\033[3\033]52;c;AAAA\007x")).isEqualTo("x");
        assertThat(filtered("\033P1\033]52;c;AAAA\007x")).isEqualTo("x");
        assertThat(filtered("\033]0;t\033\033]52;c;AAAA\007x")).isEqualTo("x");
        assertThat(filtered("\033]0;t\030\033[1mx")).isEqualTo("\033[1mx");
        assertThat(filtered("\033\033[1mx")).isEqualTo("\033[1mx");
        assertThat(filtered("\033[1\r\nmx")).isEqualTo("\r\n\033[1mx"); // as terminals do: the controls first
    }

    @Test
    void modesLeftOnAreSwitchedOff() {
        EscapeFilter filter = new EscapeFilter();
        String unused =
                pass(filter, bytes("\033[?1049h\033[?1003h\033[?2004h\033[?2004l\033[?25l\033[>1u\033[>4;2m\033[12"));
        assertThat(unused).isNotEmpty();
        byte[] out = new byte[EscapeFilter.outputBound(0)];
        String end = new String(out, 0, filter.finish(out), StandardCharsets.US_ASCII);
        assertThat(end).isEqualTo("\033[<1u\033[>4m\033[?1003l\033[?1049l\033[?25h");
        assertThat(filter.finish(out)).isZero();
        EscapeFilter tidy = new EscapeFilter();
        unused = pass(tidy, bytes("\033[?1049h\033[?25l\033[>1u\033[<u\033[?25h\033[?1049l\033[?1000h\033c"));
        assertThat(tidy.finish(out)).isZero();
    }

    @Test
    void whereTheInputIsCutMakesNoDifference() {
        String text = "a\033[1;31mé日👩\033]0;títle\007\033]52;c;QUFB\007\033P+q00\033\\\u009bz\033[21t\033]8;;x\033\\"
                + "\033_G\033\\\033[?2004h\005\033%@\033]P1234567end";
        byte[] input = bytes(text);
        EscapeFilter whole = new EscapeFilter();
        String expected = pass(whole, input);
        for (int cut = 0; cut <= input.length; cut++) {
            for (int second = cut; second <= input.length; second++) {
                EscapeFilter parts = new EscapeFilter();
                assertThat(pass(parts, input, cut, second)).isEqualTo(expected);
                assertThat(parts.dropped()).isEqualTo(whole.dropped());
            }
        }
    }

    /** Hostile noise: what comes out is left alone by a second filter, so it holds nothing that a first one drops. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void theOutputIsAFixedPoint(long seed) {
        Random random = new Random(seed);
        String[] pieces = {
            "\033", "[", "]", "P", "_", "\\", "\007", "52;c;", "2", "1", "t", "0;", ";", "?", "$", "*", "y", "m", "h",
            "l", "\030", "\032", "\005", "\n", "x", "é", "\u009d", "\u009c", "%", "@", " ", "i", "k", "8;;u", "38", "R"
        };
        for (int round = 0; round < 400; round++) {
            ByteArrayOutputStream noise = new ByteArrayOutputStream();
            int length = random.nextInt(120);
            for (int k = 0; k < length; k++) {
                if (random.nextInt(8) == 0) {
                    noise.write(random.nextInt(256));
                } else {
                    noise.writeBytes(bytes(pieces[random.nextInt(pieces.length)]));
                }
            }
            byte[] input = noise.toByteArray();
            String once = pass(new EscapeFilter(), input);
            EscapeFilter second = new EscapeFilter();
            String twice = pass(second, once.getBytes(StandardCharsets.ISO_8859_1));
            assertThat(twice).as("seed %d round %d", seed, round).isEqualTo(once);
            assertThat(second.dropped()).as("seed %d round %d", seed, round).isZero();
            assertThat(once).doesNotContain("\005").doesNotContain("\033]52").doesNotContain("\033P");
            int cut = input.length == 0 ? 0 : random.nextInt(input.length);
            assertThat(pass(new EscapeFilter(), input, cut)).isEqualTo(once);
        }
    }
}
