package io.holdfast.engine.postgres;

import io.holdfast.engine.RowSource;
import io.holdfast.engine.TableDescriptor;

/** Rows that wait until all other rows are loaded. */
record DeferredRows(TableDescriptor table, long rows, RowSource source) {}
