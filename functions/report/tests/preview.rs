//! Reports to look at.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

mod fixture;
mod memory;

use fixture::{Learned, REPORT, plan, run, task, three_variables};
use memory::Memory;
use shared::{Day, Reason};

/// Writes reports to look at: `cargo test --release -p report -- --ignored preview`.
#[tokio::test]
#[ignore = "writes target/preview/*.html for people to look at"]
async fn preview() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/preview");
    std::fs::create_dir_all(&folder).unwrap();
    for (name, years, rejects, variables) in
        [("year", 1, false, 1), ("decades", 40, true, 1), ("variables", 3, true, 3)]
    {
        let memory = Memory::default();
        let mut learned = hourly(years, variables);
        if rejects {
            for line in 0..140_u64 {
                let row = format!("2001-03-0{},Tromsø,sensor fault #{line},81", line % 9);
                match line % 3 {
                    0 => learned.reject(line * 7 + 1, None, Reason::TooFewFields, &row),
                    1 if variables > 1 => learned.reject_reading(line * 7 + 1, 1, 3, &row),
                    _ => learned.reject(line * 7 + 1, Some(2), Reason::NotANumber, &row),
                }
            }
            learned.missing(45_000);
            learned.rows("Oslo", Day::new(1999, 5, 3).unwrap(), &[-99_990, -99_990]);
        }
        learned.partial.bytes = 1_800;
        let plan = if variables > 1 { three_variables(1) } else { plan(1) };
        let task = task(&memory, plan, [learned]).await;
        run(&memory, task).await.unwrap();
        std::fs::write(folder.join(format!("{name}.html")), memory.text(REPORT).unwrap().1).unwrap();
    }
}

/// Hourly values of three stations with seasons, days and weather, without chance.
fn hourly(years: u32, variables: usize) -> Learned {
    let mut learned = Learned::new(variables);
    let mut state = 1_u64;
    let mut weather = [0.0_f64; 3];
    for year in 2024 - years..2024 {
        for (month, day) in (1..=12).flat_map(|month| (1..=31).map(move |day| (month, day))) {
            let Some(date) = Day::new(year, month, day) else { continue };
            // A station that was out of order for three weeks of one spring.
            if (year, month) == (2023, 4) && day < 22 {
                continue;
            }
            for (station, (name, base, swing)) in
                [("Bergen", 8.0, 7.0), ("Oslo", 6.5, 11.5), ("Tromsø", 3.0, 8.0)].into_iter().enumerate()
            {
                let hour = |hour: u32, state: &mut u64, weather: &mut f64| {
                    *state =
                        state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    let noise = (*state >> 33) as f64 / f64::from(1_u32 << 31) - 0.5;
                    *weather = *weather * 0.985 + noise * 1.3;
                    let season = (f64::from(month * 30 + day) / 365.0 * std::f64::consts::TAU - 0.5).cos();
                    let time = (f64::from(hour) / 24.0 * std::f64::consts::TAU - 3.8).cos();
                    ((base - swing * season + 3.0 * time + *weather) * 10.0).round() as i64
                };
                let values: Vec<i64> = (0..24).map(|h| hour(h, &mut state, &mut weather[station])).collect();
                learned.rows(name, date, &values);
                for (variable, distance) in (1..variables).zip([31, -27]) {
                    let values: Vec<i64> = values.iter().map(|value| value + distance).collect();
                    learned.readings(variable, name, date, &values);
                }
            }
        }
    }
    learned
}
