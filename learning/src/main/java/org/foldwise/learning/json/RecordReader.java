package org.foldwise.learning.json;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads a tree of records and of {@linkplain Kinds choices} from JSON, and goes on after a mistake so that all of them are
 * reported at once. Fields that are absent take the value they have in a template of the same record; without a template they
 * are mistakes, unless the component is {@code @Nullable}: then they are absent.
 *
 * <p>What a record's own constructor refuses is found by trying each field alone in an otherwise valid record, so that several
 * values out of range in one record are all reported, each at its own pointer.
 */
final class RecordReader {
    private final Map<Class<?>, Record> examples;
    private final Map<Class<?>, Record> defaults;
    private final List<Mistake> mistakes = new ArrayList<>();

    /**
     * A reader of one document.
     *
     * @param examples a valid instance of records for which there may be no template; only to try single fields in
     * @param defaults templates of options, for where the template given is of another option or there is none
     */
    RecordReader(Map<Class<?>, Record> examples, Map<Class<?>, Record> defaults) {
        this.examples = examples;
        this.defaults = defaults;
    }

    /** What was wrong so far. */
    List<Mistake> mistakes() {
        return mistakes;
    }

    /**
     * Reads a record or a choice.
     *
     * @param type the record or the choice
     * @param template where absent fields come from
     * @return nothing if there was a mistake
     */
    @Nullable
    Object read(Class<?> type, JsonNode json, String pointer, @Nullable Object template) {
        if (!json.isObject()) {
            return mistake(pointer, "must be an object, was " + describe(json));
        }
        Map<String, Class<? extends Record>> kinds = Kinds.of(type);
        if (kinds.isEmpty()) {
            return readRecord(type.asSubclass(Record.class), json, pointer, template, false);
        }
        Class<? extends Record> option = option(kinds, json, pointer, template);
        if (option == null) {
            return null;
        }
        return readRecord(option, json, pointer, option.isInstance(template) ? template : defaults.get(option), true);
    }

    private @Nullable Class<? extends Record> option(
            Map<String, Class<? extends Record>> kinds, JsonNode json, String pointer, @Nullable Object template) {
        String kindPointer = child(pointer, Kinds.PROPERTY);
        JsonNode kind = json.get(Kinds.PROPERTY);
        if (kind == null) {
            for (Class<? extends Record> option : kinds.values()) {
                if (option.isInstance(template)) {
                    return option;
                }
            }
            mistake(kindPointer, "is missing, must be " + oneOf(kinds.keySet()));
            return null;
        }
        Class<? extends Record> option = kind.isString() ? kinds.get(kind.stringValue()) : null;
        if (option == null) {
            mistake(kindPointer, "must be " + oneOf(kinds.keySet()) + ", was " + describe(kind));
        }
        return option;
    }

    private @Nullable Object readRecord(
            Class<? extends Record> type, JsonNode json, String pointer, @Nullable Object template, boolean hasKind) {
        int before = mistakes.size();
        RecordComponent[] components = type.getRecordComponents();
        refuseUnknown(components, json, pointer, hasKind);
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        for (RecordComponent component : components) {
            String name = component.getName();
            JsonNode value = json.get(name);
            Object fallback = template == null ? null : valueOf(component, template);
            boolean optional = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
            if (optional && (value == null || value.isNull())) {
                values.put(name, null);
            } else if (value == null && fallback == null) {
                mistake(child(pointer, name), "is missing");
            } else if (value == null) {
                values.put(name, fallback);
            } else {
                Object read = readValue(component.getGenericType(), value, child(pointer, name), fallback);
                if (read != null) {
                    values.put(name, read);
                }
            }
        }
        tryEachAlone(type, values, pointer, template);
        return mistakes.size() > before ? null : construct(type, values, pointer);
    }

    private void refuseUnknown(RecordComponent[] components, JsonNode json, String pointer, boolean hasKind) {
        List<String> known = new ArrayList<>();
        if (hasKind) {
            known.add(Kinds.PROPERTY);
        }
        Arrays.stream(components).map(RecordComponent::getName).forEach(known::add);
        for (String name : json.propertyNames()) {
            if (!known.contains(name)) {
                mistake(
                        child(pointer, name),
                        known.isEmpty()
                                ? "is unknown, there are no fields here"
                                : "is unknown, known are " + String.join(", ", known));
            }
        }
    }

    private @Nullable Object readValue(Type type, JsonNode json, String pointer, @Nullable Object template) {
        if (json.isNull()) {
            return mistake(pointer, "must not be null");
        }
        if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
            return readList((Class<?>) list.getActualTypeArguments()[0], json, pointer);
        }
        if (type == int.class || type == Integer.class) {
            return json.isIntegralNumber() && json.canConvertToInt()
                    ? (Object) json.intValue()
                    : mistake(pointer, "must be a whole number of at most 32 bits, was " + describe(json));
        }
        if (type == long.class) {
            return json.isIntegralNumber() && json.canConvertToLong()
                    ? (Object) json.longValue()
                    : mistake(pointer, "must be a whole number of at most 64 bits, was " + describe(json));
        }
        if (type == double.class || type == Double.class) {
            return json.isNumber() && Double.isFinite(json.asDouble(Double.NaN))
                    ? (Object) json.asDouble()
                    : mistake(pointer, "must be a finite number, was " + describe(json));
        }
        if (type == boolean.class || type == Boolean.class) {
            return json.isBoolean()
                    ? (Object) json.booleanValue()
                    : mistake(pointer, "must be true or false, was " + describe(json));
        }
        if (type == String.class) {
            return json.isString() ? json.stringValue() : mistake(pointer, "must be a string, was " + describe(json));
        }
        if (type == LocalDate.class) {
            return readDay(json, pointer);
        }
        Class<?> plainType = (Class<?>) type;
        return plainType.isEnum() ? readConstant(plainType, json, pointer) : read(plainType, json, pointer, template);
    }

    private @Nullable Object readDay(JsonNode json, String pointer) {
        try {
            return LocalDate.parse(json.asString(""));
        } catch (DateTimeParseException e) {
            return mistake(pointer, "must be a day such as '2021-01-31', was " + describe(json));
        }
    }

    private @Nullable Object readList(Class<?> elementType, JsonNode json, String pointer) {
        if (!json.isArray()) {
            return mistake(pointer, "must be an array, was " + describe(json));
        }
        List<Object> elements = new ArrayList<>();
        for (int i = 0; i < json.size(); i++) {
            Object element = readValue(elementType, json.path(i), child(pointer, Integer.toString(i)), null);
            if (element != null) {
                elements.add(element);
            }
        }
        return elements.size() < json.size() ? null : elements;
    }

    private @Nullable Object readConstant(Class<?> type, JsonNode json, String pointer) {
        List<String> spellings = new ArrayList<>();
        for (Object constant : Objects.requireNonNull(type.getEnumConstants())) {
            String spelling = Spelling.of((Enum<?>) constant);
            spellings.add(spelling);
            if (json.isString() && json.stringValue().equals(spelling)) {
                return constant;
            }
        }
        return mistake(pointer, "must be " + oneOf(spellings) + ", was " + describe(json));
    }

    /** Puts each value that was read into an otherwise valid record, and reports the fields that are refused. */
    private void tryEachAlone(
            Class<? extends Record> type,
            Map<String, @Nullable Object> values,
            String pointer,
            @Nullable Object template) {
        Object valid = template == null ? examples.get(type) : template;
        if (valid == null) {
            return;
        }
        for (Map.Entry<String, @Nullable Object> value : values.entrySet()) {
            Map<String, @Nullable Object> one = new LinkedHashMap<>();
            for (RecordComponent component : type.getRecordComponents()) {
                one.put(component.getName(), valueOf(component, valid));
            }
            one.put(value.getKey(), value.getValue());
            String refusal = refusal(type, one);
            // a rule about several fields names another one, or several, and is judged with all of them in place
            if (refusal != null && isAbout(value.getKey(), refusal)) {
                mistake(child(pointer, value.getKey()), afterSubject(refusal));
            }
        }
    }

    private @Nullable Object construct(
            Class<? extends Record> type, Map<String, @Nullable Object> values, String pointer) {
        String refusal = refusal(type, values);
        return refusal == null ? instantiate(type, values) : mistake(pointer, refusal);
    }

    private static @Nullable String refusal(Class<? extends Record> type, Map<String, @Nullable Object> values) {
        try {
            instantiate(type, values);
            return null;
        } catch (IllegalArgumentException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static Object instantiate(Class<? extends Record> type, Map<String, @Nullable Object> values) {
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        @Nullable
        Object[] arguments = Arrays.stream(components)
                .map(component -> values.get(component.getName()))
                .toArray();
        try {
            return type.getDeclaredConstructor(types).newInstance(arguments);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException refused) {
                throw refused;
            }
            throw new IllegalStateException("cannot construct " + type, e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot construct " + type, e);
        }
    }

    private static Object valueOf(RecordComponent component, Object instance) {
        try {
            return component.getAccessor().invoke(instance);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot read " + component, e);
        }
    }

    /** Refusals begin with their subject: {@code optimizer.learningRate must be ...}. */
    private static boolean isAbout(String field, String refusal) {
        String subject = refusal.substring(0, Math.max(0, refusal.indexOf(' ')));
        return subject.equals(field) || subject.endsWith("." + field);
    }

    private static String afterSubject(String refusal) {
        return refusal.substring(refusal.indexOf(' ') + 1);
    }

    private @Nullable Object mistake(String pointer, String detail) {
        mistakes.add(new Mistake(pointer, detail));
        return null;
    }

    private static String child(String pointer, String name) {
        return pointer + "/" + name.replace("~", "~0").replace("/", "~1");
    }

    private static String oneOf(Iterable<String> names) {
        String list = "'" + String.join("', '", names) + "'";
        int last = list.lastIndexOf(", ");
        return last < 0 ? list : list.substring(0, last) + " or " + list.substring(last + 2);
    }

    private static String describe(JsonNode json) {
        if (json.isObject()) {
            return "an object";
        }
        if (json.isArray()) {
            return "an array";
        }
        String text = json.isString() ? "'" + json.stringValue() + "'" : json.asString();
        return text.length() > 80 ? text.substring(0, 80) + "..." : json.isNull() ? "null" : text;
    }
}
