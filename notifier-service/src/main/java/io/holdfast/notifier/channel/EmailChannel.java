package io.holdfast.notifier.channel;

import io.holdfast.config.ChannelConfig;
import io.holdfast.config.SecretUnavailableException;
import io.quarkus.qute.Engine;
import io.vertx.core.Vertx;
import io.vertx.ext.mail.LoginOption;
import io.vertx.ext.mail.MailClient;
import io.vertx.ext.mail.MailConfig;
import io.vertx.ext.mail.MailMessage;
import io.vertx.ext.mail.MailResult;
import io.vertx.ext.mail.SMTPException;
import io.vertx.ext.mail.StartTLSOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Mail over SMTP. With {@code starttls: true} the connection must become encrypted before anything is said, port 465 is
 * encrypted from its start; with {@code false} it stays as it is.
 */
final class EmailChannel implements Channel {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int IMPLICIT_TLS_PORT = 465;

    private final ChannelConfig.Email config;
    private final Vertx vertx;
    private final Engine templates;
    private final Duration patience;

    EmailChannel(ChannelConfig.Email config, Vertx vertx, Engine templates) {
        this(config, vertx, templates, PATIENCE);
    }

    /** @param patience for the whole conversation with the mail server */
    EmailChannel(ChannelConfig.Email config, Vertx vertx, Engine templates, Duration patience) {
        this.config = config;
        this.vertx = vertx;
        this.templates = templates;
        this.patience = patience;
    }

    @Override
    public SendResult send(ChannelMessage message) throws InterruptedException {
        MailConfig smtp;
        try {
            smtp = smtp();
        } catch (SecretUnavailableException e) {
            return new SendResult.Later(String.valueOf(e.getMessage()), null);
        }
        MailClient client = MailClient.create(vertx, smtp); // for one mail: a password may have changed since the last
        try {
            CompletableFuture<MailResult> sent =
                    client.sendMail(mail(message)).toCompletionStage().toCompletableFuture();
            return delivered(sent.get(patience.toMillis(), TimeUnit.MILLISECONDS));
        } catch (ExecutionException e) {
            return judge(e.getCause());
        } catch (TimeoutException e) {
            return new SendResult.Later(
                    server() + " did not finish within " + patience.toSeconds() + " s; is it a mail server?", null);
        } finally {
            client.close();
        }
    }

    private MailConfig smtp() {
        ChannelConfig.Smtp server = config.smtp();
        boolean implicitTls = server.starttls() && server.port() == IMPLICIT_TLS_PORT;
        MailConfig smtp = new MailConfig()
                .setHostname(server.host())
                .setPort(server.port())
                .setSsl(implicitTls)
                .setStarttls(server.starttls() && !implicitTls ? StartTLSOptions.REQUIRED : StartTLSOptions.DISABLED)
                .setHostnameVerificationAlgorithm("HTTPS")
                .setConnectTimeout((int) JsonPostClient.TIME_OUT.toMillis())
                .setKeepAlive(false)
                .setMaxPoolSize(1)
                .setAllowRcptErrors(true)
                .setUserAgent("holdfast")
                .setLogin(server.username().isPresent() ? LoginOption.REQUIRED : LoginOption.DISABLED);
        server.username().ifPresent(smtp::setUsername);
        server.password()
                .ifPresent(password -> smtp.setPassword(password.resolve().reveal()));
        return smtp;
    }

    private MailMessage mail(ChannelMessage message) {
        MailContent content = MailContent.of(message.notice(), config.timezone(), templates);
        MailMessage mail = new MailMessage()
                .setFrom(config.from())
                .setTo(config.to())
                .setSubject(content.subject())
                .setText(content.text())
                .setHtml(content.html())
                .addHeader("Message-ID", messageId(message.id()))
                .addHeader("Auto-Submitted", "auto-generated");
        MessageThread.keyOf(message.notice()).ifPresent(thread -> mail.addHeader("References", reference(thread)));
        return mail;
    }

    /** The same for all mails of a thread; mail programs group by it, though no mail has this id itself. */
    private String reference(String thread) {
        return messageId("thread-" + UUID.nameUUIDFromBytes(thread.getBytes(StandardCharsets.UTF_8)));
    }

    private String messageId(String local) {
        return "<" + local + "@" + config.from().substring(config.from().lastIndexOf('@') + 1) + ">";
    }

    private SendResult delivered(MailResult result) {
        List<String> refused = config.to().stream()
                .filter(to -> !result.getRecipients().contains(to))
                .toList();
        return new SendResult.Delivered(refused.isEmpty() ? null : server() + " refused " + String.join(", ", refused));
    }

    /** The server's words are left out: they may repeat the login. */
    private SendResult judge(@Nullable Throwable failure) {
        if (failure instanceof SMTPException smtp) {
            String reason = server() + " answered " + smtp.getReplyCode();
            return smtp.isPermanent()
                    ? new SendResult.Refused(
                            reason + "; see to the channel's from, to, username and password in holdfast.yaml")
                    : new SendResult.Later(reason, null);
        }
        return new SendResult.Later(
                server() + " cannot be used ("
                        + (failure == null ? "no answer" : failure.getClass().getSimpleName())
                        + "); is it up, and does the channel's starttls suit it?",
                null);
    }

    private String server() {
        return "the mail server " + config.smtp().host() + ":" + config.smtp().port();
    }
}
