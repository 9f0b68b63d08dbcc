package dev.gleisner.adapters.signing;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * One block of PEM, read strictly: no text around blocks, no headers, lines of base64 only.
 *
 * @param label the words after BEGIN
 * @param content the decoded bytes
 * @spec https://www.rfc-editor.org/rfc/rfc7468 RFC 7468
 */
record Pem(String label, byte[] content) {
    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";

    /** Every block of {@code text}; at least one. */
    static List<Pem> read(String text) throws DerException {
        List<Pem> blocks = new ArrayList<>();
        StringBuilder body = new StringBuilder();
        String label = "";
        boolean inside = false;
        for (int from = 0; from < text.length(); ) {
            int newline = text.indexOf('\n', from);
            String line = text.substring(from, newline < 0 ? text.length() : newline);
            from = newline < 0 ? text.length() : newline + 1;
            if (line.endsWith("\r")) {
                line = line.substring(0, line.length() - 1);
            }
            if (!inside) {
                if (line.startsWith(BEGIN) && line.endsWith(DASHES) && line.length() > BEGIN.length() + 5) {
                    label = line.substring(BEGIN.length(), line.length() - DASHES.length());
                    inside = true;
                } else if (!line.isEmpty()) {
                    throw new DerException("text outside of PEM blocks");
                }
            } else if (line.startsWith(END)) {
                // Compared in parts: joining strings costs a cold process 10 ms the first time.
                if (line.length() != END.length() + label.length() + DASHES.length()
                        || !line.startsWith(label, END.length())
                        || !line.endsWith(DASHES)) {
                    throw new DerException("the PEM block " + label + " ends as another one");
                }
                blocks.add(new Pem(label, decode(body)));
                body.setLength(0);
                inside = false;
            } else {
                body.append(line);
            }
        }
        if (inside) {
            throw new DerException("the PEM block " + label + " does not end");
        }
        if (blocks.isEmpty()) {
            throw new DerException("no PEM block");
        }
        return blocks;
    }

    private static byte[] decode(StringBuilder body) throws DerException {
        try {
            return Base64.getDecoder().decode(body.toString());
        } catch (IllegalArgumentException e) {
            throw new DerException("not base64: " + e.getMessage());
        }
    }

    /** As text with lines of 64 characters. */
    String text() {
        String base64 = Base64.getEncoder().encodeToString(content);
        StringBuilder text = new StringBuilder(base64.length() + 128);
        text.append(BEGIN).append(label).append(DASHES).append('\n');
        for (int from = 0; from < base64.length(); from += 64) {
            text.append(base64, from, Math.min(base64.length(), from + 64)).append('\n');
        }
        return text.append(END).append(label).append(DASHES).append('\n').toString();
    }
}
