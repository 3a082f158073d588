package io.holdfast.engine.postgres.load;

import io.holdfast.engine.model.TableDescriptor;
import io.holdfast.engine.rows.RowSource;

/** Rows that wait until all other rows are loaded. */
record DeferredRows(TableDescriptor table, long rows, RowSource source) {}
