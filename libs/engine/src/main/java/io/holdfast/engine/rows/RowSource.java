package io.holdfast.engine.rows;

import java.io.IOException;
import java.io.InputStream;

/** Rows to load: lines as a {@link RowSink} got them. May be opened more than once, one after the other; each time all rows come. */
@FunctionalInterface
public interface RowSource {
    InputStream open() throws IOException;
}
