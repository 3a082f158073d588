package io.holdfast.cli.bench;

/**
 * The extent of a run.
 *
 * @param scale 1 is about 1 GB as text
 * @param warmUp backups of ours, see {@link BenchmarkRounds#warmUp}, after the cold round, before those that count
 * @param rounds that count; a cold one goes before them
 * @param readers connections of ours, and jobs of the other programs
 * @param peers whether pgBackRest and restic are measured too, where they are installed
 */
public record BenchmarkRun(double scale, int warmUp, int rounds, int readers, boolean peers) {}
