package io.holdfast.engine.sqlite.rows;

/** The values of one row, by the number of their column from 0. */
public interface RowValues {
    /** One of {@link RowEncoder}'s letters; the other methods give the value of this kind. */
    char kind(int column);

    long integer(int column);

    double real(int column);

    /** Of a text, as it is stored, or a blob. */
    byte[] bytes(int column);
}
