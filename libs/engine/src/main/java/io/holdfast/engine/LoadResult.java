package io.holdfast.engine;

/**
 * @param rows loaded
 * @param throughRoot whether a leaf refused its rows and they went through its root: compare at the root
 */
public record LoadResult(long rows, boolean throughRoot) {}
