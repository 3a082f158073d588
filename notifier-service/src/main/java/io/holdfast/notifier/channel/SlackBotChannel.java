package io.holdfast.notifier.channel;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.config.SecretRef;
import io.holdfast.config.SecretUnavailableException;
import io.holdfast.notifier.channel.SlackThread.Place;
import io.holdfast.notifier.channel.SlackWebApi.Answer;
import io.holdfast.notifier.notice.Notification;
import java.time.Duration;
import java.util.Optional;

/**
 * A Slack app with a bot token. The first message of a thread is updated to the outcome, and each later message is also a
 * reply in the thread. The update precedes the reply: it may be repeated, the reply would be shown twice.
 */
final class SlackBotChannel implements Channel {
    private static final String POST = "chat.postMessage";
    private static final String UPDATE = "chat.update";

    private final SlackBot bot;
    private final SlackWebApi api;
    private final SlackThreads threads;

    SlackBotChannel(SlackBot bot, SlackWebApi api, SlackThreads threads) {
        this.bot = bot;
        this.api = api;
        this.threads = threads;
    }

    /**
     * @param name of the channel in holdfast.yaml
     * @param target the channel in Slack: {@code #name} or an id
     */
    record SlackBot(String name, SecretRef token, String target) {}

    @Override
    public Duration pace() {
        return SlackWebhookChannel.PACE;
    }

    @Override
    public SendResult send(ChannelMessage message) throws InterruptedException {
        try {
            String token = bot.token().resolve().reveal().strip();
            return send(message.notice(), token);
        } catch (SecretUnavailableException e) {
            return new SendResult.Later(String.valueOf(e.getMessage()), null); // a file may still be mounted
        } catch (IllegalArgumentException e) {
            // a token with a line break; the exception's message may hold it
            return new SendResult.Refused("the bot token cannot be sent; correct " + bot.token());
        }
    }

    private SendResult send(Notification notice, String token) throws InterruptedException {
        Optional<String> thread = MessageThread.keyOf(notice);
        if (thread.isEmpty()) {
            return result(post(notice, token, Optional.empty()));
        }
        SlackThread.Key key = new SlackThread.Key(bot.name(), bot.target(), thread.get());
        return switch (threads.place(key, notice)) {
            case Place.Busy ignored -> new SendResult.Later("the first message of its thread is on its way", null);
            case Place.First ignored -> first(key, notice, token);
            case Place.Reply reply -> reply(key, reply, notice, token);
        };
    }

    private SendResult first(SlackThread.Key key, Notification notice, String token) throws InterruptedException {
        Answer answer = post(notice, token, Optional.empty());
        if (answer instanceof Answer.Posted posted) {
            threads.opened(key, posted.channel(), posted.ts(), notice);
        } else {
            threads.released(key);
        }
        return result(answer);
    }

    private SendResult reply(SlackThread.Key key, Place.Reply thread, Notification notice, String token)
            throws InterruptedException {
        if (thread.outdatedBy(notice)) {
            ObjectNode update = SlackBlockRenderer.updated(thread.first(), notice)
                    .put("channel", thread.channel())
                    .put("ts", thread.ts());
            switch (api.call(UPDATE, token, update)) {
                case Answer.Unavailable unavailable -> {
                    return unavailable.result();
                }
                case Answer.Failed failed
                when failed.error().equals("message_not_found") -> {
                    threads.restart(key); // somebody deleted the first message
                    return first(key, notice, token);
                }
                case Answer.Failed failed -> {} // such as edit_window_closed: the reply has the outcome as well
                case Answer.Posted posted -> threads.shown(key, notice);
            }
        }
        return result(post(notice, token, Optional.of(thread)));
    }

    private Answer post(Notification notice, String token, Optional<Place.Reply> thread) throws InterruptedException {
        return api.call(POST, token, message(notice, bot.target(), thread));
    }

    /** A reply that tells of an alert that fires is shown in the channel, too: people do not look into old threads. */
    static ObjectNode message(Notification notice, String target, Optional<Place.Reply> thread) {
        ObjectNode message = SlackBlockRenderer.message(notice)
                .put("channel", thread.map(Place.Reply::channel).orElse(target));
        thread.ifPresent(existing -> message.put("thread_ts", existing.ts()));
        if (thread.isPresent() && AlertThing.begins(notice)) {
            message.put("reply_broadcast", true);
        }
        return message;
    }

    private SendResult result(Answer answer) {
        return switch (answer) {
            case Answer.Posted posted -> new SendResult.Delivered(null);
            case Answer.Unavailable unavailable -> unavailable.result();
            case Answer.Failed failed ->
                new SendResult.Refused("Slack answered " + failed.error() + "; " + remedy(failed.error()));
        };
    }

    private String remedy(String error) {
        return switch (error) {
            case "channel_not_found", "not_in_channel", "is_archived" ->
                "see whether " + bot.target() + " exists, and invite the app there: /invite @APP";
            case "invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive" ->
                "install the app again and put its bot token into " + bot.token();
            case "missing_scope", "no_permission", "restricted_action" ->
                "give the app the scope chat:write and install it again";
            default -> "see https://docs.slack.dev/reference/methods/chat.postMessage#errors";
        };
    }
}
