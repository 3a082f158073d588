package io.holdfast.engine.postgres;

import io.holdfast.engine.RowSource;
import io.holdfast.engine.TableShape;

/** Rows that wait until all other rows are loaded. */
record Deferred(TableShape table, long rows, RowSource source) {}
