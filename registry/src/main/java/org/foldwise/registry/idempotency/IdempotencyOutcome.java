package org.foldwise.registry.idempotency;

import org.jspecify.annotations.Nullable;

/** What is known of a request when it arrives under a key. */
public sealed interface IdempotencyOutcome {

    /** Nothing yet: the caller does the work, and records the answer or abandons the key. */
    record First() implements IdempotencyOutcome {}

    /** The same request is being answered at this moment. */
    record InFlight() implements IdempotencyOutcome {}

    /** Another request was made under this key. */
    record OtherRequest() implements IdempotencyOutcome {}

    /** The same request was answered, like this. */
    final class Repeated implements IdempotencyOutcome {
        private final int status;
        private final String headers;
        private final byte @Nullable [] body;

        Repeated(int status, String headers, byte @Nullable [] body) {
            this.status = status;
            this.headers = headers;
            this.body = body == null ? null : body.clone();
        }

        /** The HTTP status of the first answer. */
        public int status() {
            return status;
        }

        /** Its headers as a JSON document, in the form in which they were recorded. */
        public String headers() {
            return headers;
        }

        /** Its body; absent where it had none. */
        public byte @Nullable [] body() {
            return body == null ? null : body.clone();
        }
    }
}
