package dev.gleisner.adapters.linux.terminal;

/**
 * Size of a terminal's window ({@code struct winsize}).
 *
 * @param rows in characters
 * @param columns in characters
 * @param widthPixels 0 when unknown
 * @param heightPixels 0 when unknown
 */
public record WindowSize(int rows, int columns, int widthPixels, int heightPixels) {}
