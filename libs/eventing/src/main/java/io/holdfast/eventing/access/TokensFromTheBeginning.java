package io.holdfast.eventing.access;

import io.smallrye.common.annotation.Identifier;
import io.smallrye.reactive.messaging.kafka.KafkaConsumerRebalanceListener;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads all tokens anew at each start. A database that was restored from a dump does not know the tokens that were revoked
 * since, though its consumer group has read them. The inbox leaves out what is known.
 */
@ApplicationScoped
@Identifier("tokens-from-the-beginning")
class TokensFromTheBeginning implements KafkaConsumerRebalanceListener {
    @Override
    public void onPartitionsAssigned(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        consumer.seekToBeginning(partitions);
    }
}
