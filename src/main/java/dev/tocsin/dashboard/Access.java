package dev.tocsin.dashboard;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tocsin.config.TocsinConfig;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authentication.AuthenticationProvider;
import io.vertx.ext.auth.authentication.UsernamePasswordCredentials;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BasicAuthHandler;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/** Who may look, and what a browser may do with what it gets. */
final class Access {
    /** Everything comes from here, nothing is written into the page, and nobody frames it. */
    private static final String CONTENT_SECURITY_POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
                    + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private Access() {}

    /** Sets the headers that protect the one who looks. There are none that would open the interface to other origins. */
    static void protect(RoutingContext context) {
        HttpServerResponse response = context.response();
        response.putHeader("Content-Security-Policy", CONTENT_SECURITY_POLICY);
        response.putHeader("X-Content-Type-Options", "nosniff");
        response.putHeader("X-Frame-Options", "DENY");
        response.putHeader("Referrer-Policy", "no-referrer");
        response.putHeader("Cross-Origin-Opener-Policy", "same-origin");
        response.putHeader("Cross-Origin-Resource-Policy", "same-origin");
        response.putHeader("Cache-Control", "no-store");
        context.next();
    }

    /** Asks for user name and password where that is configured; null: anyone may look. */
    static @Nullable BasicAuthHandler authentication(TocsinConfig.Dashboard settings) {
        if (settings.auth() == TocsinConfig.Auth.NONE) {
            return null;
        }
        byte[] expected =
                digest(settings.username().orElseThrow(), settings.password().orElseThrow());
        AuthenticationProvider provider = new OneUser(expected);
        return BasicAuthHandler.create(provider, "Tocsin");
    }

    /** Knows one user. */
    private static final class OneUser implements AuthenticationProvider {
        private final byte[] expected;

        OneUser(byte[] expected) {
            this.expected = expected;
        }

        @Override
        public Future<User> authenticate(io.vertx.ext.auth.authentication.Credentials credentials) {
            return credentials instanceof UsernamePasswordCredentials given
                            && given.getPassword() != null
                            && MessageDigest.isEqual(expected, digest(given.getUsername(), given.getPassword()))
                    ? Future.succeededFuture(User.fromName(given.getUsername()))
                    : Future.failedFuture("not the user");
        }

        @Override
        @Deprecated
        public void authenticate(
                io.vertx.core.json.JsonObject credentials,
                io.vertx.core.Handler<io.vertx.core.AsyncResult<User>> result) {
            authenticate(new UsernamePasswordCredentials(credentials)).onComplete(result);
        }
    }

    /** Equal in length whatever is given, so that a comparison tells nothing by the time it takes. */
    private static byte[] digest(String username, String password) {
        try {
            return MessageDigest.getInstance("SHA-256").digest((username + ':' + password).getBytes(UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
