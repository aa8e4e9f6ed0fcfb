//! What holds for every text: parsing never panics, what is displayed parses to the same, and help that names a
//! literal names a good one.

use proptest::prelude::*;
use statefulapp_core::value::*;
use std::fmt::{Debug, Display};
use std::str::FromStr;

fn check<T>(text: &str, says_literals: bool)
where
    T: FromStr<Err = ValueError> + Display + Debug + PartialEq,
{
    match text.parse::<T>() {
        Ok(value) => assert_eq!(value.to_string().parse::<T>().as_ref(), Ok(&value), "of {text:?}"),
        Err(error) => {
            assert!(RULES.iter().any(|(id, ..)| *id == error.rule), "{error:?}");
            assert!(!error.help.is_empty() && !error.help.ends_with('.'), "{error:?}");
            if let Some(literal) = literal(&error.help).filter(|_| says_literals) {
                let again = literal.parse::<T>();
                assert!(again.is_ok(), "the help of {text:?} is refused itself: {again:?}");
            }
        }
    }
}

/// The literal of help such as `write "postgres-db"`, or `write 10Gi`.
fn literal(help: &str) -> Option<&str> {
    let rest = help.strip_prefix("shorten it, for instance to ").or_else(|| help.strip_prefix("write "))?;
    match rest.strip_prefix('"') {
        Some(quoted) => quoted.split_once('"').map(|(literal, _)| literal).filter(|literal| !literal.contains('\\')),
        None => Some(rest).filter(|rest| !rest.contains(' ')),
    }
}

fn check_all(text: &str) {
    check::<Quantity>(text, true);
    // Their help may name a quantity that breaks the next rule.
    check::<StorageSize>(text, false);
    check::<CpuAmount>(text, false);
    check::<MemoryAmount>(text, false);
    check::<ResourceAmount>(text, false);
    check::<Label>(text, true);
    check::<Subdomain>(text, true);
    check::<AppName>(text, true);
    check::<CronJobName>(text, true);
    check::<JobName>(text, true);
    check::<PdbName>(text, true);
    check::<StorageClassName>(text, true);
    check::<PortName>(text, true);
    check::<ServicePortName>(text, true);
    check::<LabelKey>(text, true);
    check::<LabelValue>(text, true);
    check::<AnnotationKey>(text, true);
    check::<TopologyKey>(text, true);
    check::<EnvName>(text, true);
    check::<EnvPrefix>(text, true);
    check::<DataKey>(text, true);
    check::<HeaderName>(text, true);
    check::<Port>(text, true);
    check::<NodePort>(text, true);
    check::<Percent>(text, true);
    check::<IntOrPercent>(text, true);
    check::<FileMode>(text, true);
    check::<Duration>(text, true);
    check::<Image>(text, false);
    check::<MountPath>(text, true);
    check::<SubPath>(text, true);
    // Its help may be about one field.
    check::<CronSchedule>(text, false);
    check::<TimeZone>(text, true);
    check::<Hostname>(text, true);
    check::<IpAddress>(text, true);
    check::<Cidr>(text, true);
    check::<ResourceName>(text, true);
    check::<Capability>(text, true);
    check::<KubernetesVersion>(text, true);
}

/// A quarter of the usual cases, because each is tried with every type; `PROPTEST_CASES` asks for more.
fn config() -> ProptestConfig {
    let usual = ProptestConfig::default();
    ProptestConfig { cases: usual.cases.div_ceil(4), failure_persistence: None, ..usual }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_text(text in any::<String>()) {
        check_all(&text);
    }

    #[test]
    fn text_of_telling_characters(text in "[-a-cA-C0-2éК .,:;/@_%#*?+=$~\u{a0}\u{0}\n]{0,70}") {
        check_all(&text);
    }

    #[test]
    fn quantity_like(text in "[ +-]?[0-9]{0,25}(\\.[0-9]{0,25})?(n|u|m|k|K|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|gi|GB|[eE][+-]?[0-9]{1,3})? ?") {
        check_all(&text);
    }

    #[test]
    fn schedule_like(text in "([*?0-9a-z]{1,3}[-,/]?[*0-9a-z]{0,2} ?){1,6}|@[a-z]{3,8}|@every [-0-9.a-zµ]{1,12}") {
        check_all(&text);
    }

    #[test]
    fn image_like(text in "([a-zA-Z0-9.:-]{1,12}/)?[a-zA-Z0-9._-]{1,12}(/[a-z0-9._-]{0,12}){0,2}(:[A-Za-z0-9._+-]{0,12})?(@sha256:[0-9a-fA-F]{60,66})?") {
        check_all(&text);
    }

    #[test]
    fn duration_like(text in "-?[0-9]{0,11}(\\.[0-9]{1,4})? ?(ms|s|sec|m|min|h|d|days|w|S)?([0-9]{1,3}[smh])?") {
        check_all(&text);
    }

    #[test]
    fn host_like(text in "([0-9]{1,3}\\.){3}[0-9]{1,3}(/[0-9]{1,3})?|[0-9a-f:]{2,20}(/[0-9]{1,3})?") {
        check_all(&text);
    }

    /// The canonical text is the same amount, and its own canonical text.
    #[test]
    fn canonical_keeps_the_amount(text in "-?[0-9]{1,18}(\\.[0-9]{0,4})?(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|e[0-9])?") {
        if let Ok(quantity) = text.parse::<Quantity>() {
            let again: Quantity = quantity.canonical().parse().expect("canonical parses");
            prop_assert_eq!(&again, &quantity);
            prop_assert_eq!(again.canonical(), quantity.canonical());
        }
    }

    /// Sums and products are exact, in the notation of the first amount.
    #[test]
    fn arithmetic_is_exact(one in 0..=1_000_000_u32, other in 0..=1_000_000_u32, times in 0..=1000_u32) {
        let [one, other] = [one, other].map(|n| format!("{n}Mi").parse::<Quantity>().expect("a quantity"));
        let sum = one.checked_add(&other).expect("small");
        prop_assert_eq!(sum.milli(), one.milli() + other.milli());
        prop_assert_eq!(&sum.to_string().parse::<Quantity>().expect("a sum"), &sum);
        prop_assert_eq!(one.checked_mul(times).expect("small").milli(), one.milli() * i128::from(times));
    }

    #[test]
    fn a_duration_is_its_seconds(seconds in 0..=2_147_483_647_u32) {
        let duration = Duration::from_seconds(seconds).expect("in range");
        prop_assert_eq!(duration.to_string().parse::<Duration>(), Ok(duration));
        prop_assert_eq!(format!("{seconds}s").parse::<Duration>(), Ok(duration));
    }

    /// Two spellings of a place are the same place, and its normal form is one of them.
    #[test]
    fn mount_paths_are_compared_by_place(parts in prop::collection::vec("[a-z]{1,5}", 1..5), noise in "(/|/\\./){1,3}") {
        let plain: MountPath = format!("/{}", parts.join("/")).parse().expect("a path");
        let noisy: MountPath = format!("/{}{noise}", parts.join(&noise)).parse().expect("a path");
        prop_assert_eq!(noisy.normalised(), plain.as_str());
        prop_assert_eq!(plain.normalised(), plain.as_str());
    }

    #[test]
    fn identifiers_give_names(ident in "[a-zA-Z_][a-zA-Z0-9_]{0,40}") {
        let name = to_name(&ident);
        prop_assert!(name.is_empty() || name.parse::<Label>().is_ok(), "{}", name);
    }

    #[test]
    fn a_suggestion_is_a_candidate(word in "\\PC{0,12}", candidates in prop::collection::vec("[a-z_]{1,12}", 0..6)) {
        let found = suggest(&word, candidates.iter().map(String::as_str));
        prop_assert!(found.is_none_or(|found| candidates.iter().any(|candidate| candidate == found)));
    }
}
