package io.holdfast.notifier.delivery;

import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.NotificationEvent;
import io.holdfast.contracts.Topic;
import io.holdfast.eventing.cloudevents.OutboxEvent;
import io.holdfast.eventing.jobs.JobHandler;
import io.holdfast.eventing.jobs.Lease;
import io.holdfast.eventing.outbox.Outbox;
import io.holdfast.notifier.channel.Channel;
import io.holdfast.notifier.channel.ChannelRegistry;
import io.holdfast.notifier.channel.SendResult;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;

/**
 * Sends one message. The worker that holds the job is the only one that sends it, and what became of it is committed
 * together with the event that tells of it.
 *
 * <p>A message is sent at least once. It is sent twice only if the process dies, or loses its lease, after the other side
 * took it and before that was committed: Slack has no way to recognise the second; a mail has the same Message-ID, a
 * webhook the same Idempotency-Key.
 */
@ApplicationScoped
class DeliveryJob implements JobHandler {
    static final String KIND = "delivery";
    private static final Logger LOG = Logger.getLogger(DeliveryJob.class);
    private static final int WORKERS = 8;
    private static final int TAKEOVERS = 10;

    /** The pause of a message that waits for an earlier one of the same alert. */
    private static final Duration NEXT_TURN = Duration.ofSeconds(2);

    private final DeliveryRepository deliveryRepository;
    private final ChannelRegistry channels;
    private final ChannelThrottle gates;
    private final Outbox outbox;
    private final DeliveryConfig config;
    private final Clock clock;
    private final DeliveryMeters meters;

    DeliveryJob(
            DeliveryRepository deliveryRepository,
            ChannelRegistry channels,
            ChannelThrottle gates,
            Outbox outbox,
            DeliveryConfig config,
            Clock clock,
            DeliveryMeters meters) {
        this.deliveryRepository = deliveryRepository;
        this.channels = channels;
        this.gates = gates;
        this.outbox = outbox;
        this.config = config;
        this.clock = clock;
        this.meters = meters;
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public int concurrency() {
        return WORKERS;
    }

    /** How many workers may die on it; attempts to send it are counted by the delivery. */
    @Override
    public int maxAttempts() {
        return TAKEOVERS;
    }

    @Override
    public void run(Lease lease) throws InterruptedException {
        UUID id = UUID.fromString(lease.subject());
        Delivery delivery = lease.commit(session -> deliveryRepository.find(id, session));
        if (delivery == null || !delivery.isPending()) {
            return;
        }
        switch (lease.commit(session -> deliveryRepository.turn(id, session))) {
            case ENDED -> {
                LOG.infof(
                        "channel \"%s\": message \"%s\" is not sent (delivery %s): its alerts have ended",
                        delivery.channel, delivery.title, id);
                skip(lease, id, "not sent: its alerts ended before it could be sent");
                return;
            }
            case WAITS -> {
                lease.postpone(NEXT_TURN, session -> Uni.createFrom().voidItem());
                return;
            }
            case SENDS -> {}
        }
        Duration pace = channels.named(delivery.channel).map(Channel::pace).orElse(Duration.ZERO);
        var wait = gates.enter(delivery.channel, pace);
        if (wait.isPresent()) {
            lease.postpone(wait.get(), session -> Uni.createFrom().voidItem());
            return;
        }
        try {
            send(lease, id);
        } finally {
            gates.leave(delivery.channel);
        }
    }

    private void send(Lease lease, UUID id) throws InterruptedException {
        Delivery delivery =
                lease.commit(session -> deliveryRepository.find(id, session).invoke(Delivery::attempt));
        var channel = channels.named(delivery.channel);
        SendResult sendResult = channel.isPresent()
                ? channel.get().send(delivery.message())
                : new SendResult.Refused("the channel is not in holdfast.yaml any more");
        switch (sendResult) {
            case SendResult.Delivered d -> {
                end(lease, id, it -> it.delivered(d.remark(), clock.instant()));
                meters.count(delivery.channel, DeliveryMeters.Outcome.DELIVERED);
            }
            case SendResult.Skipped s -> skip(lease, id, s.reason());
            case SendResult.Refused r -> giveUp(lease, delivery, r.reason());
            case SendResult.Later l -> later(lease, delivery, l);
        }
    }

    private void later(Lease lease, Delivery delivery, SendResult.Later sendResult) {
        if (delivery.attempts >= config.attempts()) {
            giveUp(lease, delivery, sendResult.reason() + "; given up after " + delivery.attempts + " attempts");
            return;
        }
        Duration asked = sendResult.after();
        Duration own = config.pauseAfter(delivery.attempts);
        Duration pause = asked != null && asked.compareTo(own) > 0 ? asked : own;
        gates.close(delivery.channel, asked != null ? asked : config.pauseMin());
        lease.postpone(
                pause,
                session ->
                        deliveryRepository.find(delivery.id, session).invoke(it -> it.postponed(sendResult.reason())));
    }

    private void giveUp(Lease lease, Delivery delivery, String reason) {
        LOG.errorf(
                "channel \"%s\": message \"%s\" was not delivered (delivery %s): %s",
                delivery.channel, delivery.title, delivery.id, reason);
        end(lease, delivery.id, it -> it.failed(reason, clock.instant()));
        meters.count(delivery.channel, DeliveryMeters.Outcome.FAILED);
    }

    private void skip(Lease lease, UUID id, String reason) {
        lease.complete(session -> deliveryRepository
                .find(id, session)
                .invoke(delivery -> delivery.skipped(reason))
                .replaceWithVoid());
    }

    private interface Ending {
        NotificationEvent end(Delivery delivery);
    }

    private void end(Lease lease, UUID id, Ending ending) {
        lease.complete(
                session -> deliveryRepository.find(id, session).chain(it -> publish(it, ending.end(it), session)));
    }

    private Uni<Void> publish(Delivery delivery, NotificationEvent event, Mutiny.Session session) {
        String key = delivery.source == null ? delivery.channel : delivery.source;
        return outbox.publish(
                session,
                OutboxEvent.of(Topic.NOTIFICATION_EVENTS, event, delivery.id, 1, key)
                        .correlatedWith(delivery.aboutId));
    }

    /** Its workers died, or failed in a way that is no answer of the channel's. */
    @Override
    public Uni<Void> failed(Lease lease, HoldfastException holdfastException, Mutiny.Session session) {
        return deliveryRepository
                .find(UUID.fromString(lease.subject()), session)
                .chain(delivery -> delivery == null || !delivery.isPending()
                        ? Uni.createFrom().voidItem()
                        : publish(
                                delivery,
                                delivery.failed(
                                        "it could not be sent (" + holdfastException.code() + ")", clock.instant()),
                                session));
    }
}
