package io.holdfast.audit.activity;

import io.holdfast.eventing.runtime.TransactionRunner;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Whether the log is whole. Holdfast's producers use no Kafka transactions and its topics are not compacted, so offsets of
 * a partition follow each other, and one that is missing between two recorded ones was not recorded.
 */
@ApplicationScoped
class LogCoverage {
    private static final String PARTITIONS = """
            select topic, "partition", min("offset"), max("offset"), count(*)
            from activity_log where topic <> 'audit-service' group by topic, "partition" order by topic, "partition\"""";

    private static final String GAPS = """
            select previous + 1, "offset" - 1
            from (select "offset", lag("offset") over (order by "offset") as previous
                  from activity_log where topic = :topic and "partition" = :partition) as line
            where "offset" > previous + 1 order by 1""";

    private final TransactionRunner transactionRunner;

    LogCoverage(TransactionRunner transactionRunner) {
        this.transactionRunner = transactionRunner;
    }

    /** @param recorded how many records from first to last are in the log */
    record Partition(String topic, int partition, long first, long last, long recorded, List<Gap> gaps) {
        Partition with(List<Gap> found) {
            return new Partition(topic, partition, first, last, recorded, found);
        }

        boolean isWhole() {
            return recorded == last - first + 1;
        }
    }

    /** Missing offsets, both ends included. */
    record Gap(long from, long to) {}

    /** The gaps are looked for only where the count says that there are some. */
    Uni<List<Partition>> measure() {
        return transactionRunner.run(session -> session.createNativeQuery(PARTITIONS, Object[].class)
                .getResultList()
                .chain(rows -> withGaps(
                        session, rows.stream().map(LogCoverage::partition).toList())));
    }

    private static Uni<List<Partition>> withGaps(Mutiny.Session session, List<Partition> partitions) {
        Uni<List<Partition>> all = Uni.createFrom().item(new ArrayList<>());
        for (Partition partition : partitions) {
            all = all.chain(done -> gaps(session, partition).map(gaps -> {
                done.add(partition.with(gaps));
                return done;
            }));
        }
        return all;
    }

    private static Uni<List<Gap>> gaps(Mutiny.Session session, Partition partition) {
        if (partition.isWhole()) {
            return Uni.createFrom().item(List.of());
        }
        return session.createNativeQuery(GAPS, Object[].class)
                .setParameter("topic", partition.topic())
                .setParameter("partition", partition.partition())
                .getResultList()
                .map(rows -> rows.stream()
                        .map(row -> new Gap(number(row[0]), number(row[1])))
                        .toList());
    }

    private static Partition partition(Object[] row) {
        return new Partition(
                (String) row[0],
                ((Number) row[1]).intValue(),
                number(row[2]),
                number(row[3]),
                number(row[4]),
                List.of());
    }

    private static long number(Object value) {
        return ((Number) value).longValue();
    }
}
