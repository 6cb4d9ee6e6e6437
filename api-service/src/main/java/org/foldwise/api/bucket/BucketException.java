package org.foldwise.api.bucket;

/** A bucket or an object cannot be read. The message is for the log: it holds no key, no address and nothing that the store has written. */
public final class BucketException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Reason reason;

    BucketException(Reason reason, String evidence) {
        super(reason.sentence() + " (" + evidence + ")");
        this.reason = reason;
    }

    /** What is the matter. */
    public enum Reason {
        /** Nobody is there, it takes too long, what comes is cut off, or the store has a failure of its own. */
        NO_ANSWER("the object store does not answer as it should"),
        /** Neither the environment nor the file holds keys that requests could be signed with. */
        NO_KEYS("there are no keys to ask the object store with"),
        /** The store knows the keys not, or not any more. */
        KEYS_REFUSED("the object store does not accept the service's keys"),
        /** The keys are good, but may not list the bucket. */
        FORBIDDEN("the service's keys do not allow listing the bucket"),
        NO_BUCKET("there is no such bucket"),
        OTHER_REGION("the bucket is in another region"),
        /** The object is gone, or is another one than was listed. */
        OBJECT_CHANGED("the object has changed since it was listed"),
        /** The keys may not read the object, or the store cannot give it, as it is archived or encrypted with a key of its own. */
        OBJECT_REFUSED("the object store does not give the object to the service");

        private final String sentence;

        Reason(String sentence) {
            this.sentence = sentence;
        }

        /** The same for people, without a capital and a full stop. */
        public String sentence() {
            return sentence;
        }
    }

    public Reason reason() {
        return reason;
    }
}
