extension FeatureCatalogue {
    /// Words of a topic, each topic a feature; our own lists of common English words, most of them one token in GPT-2's vocabulary.
    static let topics: [TokenFeature] = topicWords.map { topic, words in .words("topic \(topic)", .semantic, words) }

    static let topicWords: [(topic: String, words: String)] = [
        (
            "religion",
            """
            god gods lord christ jesus church churches bible priest priests prayer prayers pray holy heaven hell angel angels sin sins
            worship temple altar gospel faith saint saints prophet prophets bishop pope catholic christian christians jewish islam islamic
            muslim muslims allah mosque religion religious soul spirit blessed covenant offering sacrifice sabbath disciples apostle
            scripture divine sacred sanctuary tabernacle righteous righteousness
            """
        ),
        (
            "royalty",
            """
            king kings queen queens prince princes princess throne crown kingdom kingdoms royal reign emperor empire duke palace monarch
            noble nobles knight knights castle
            """
        ),
        (
            "kinship",
            """
            father fathers mother mothers son sons daughter daughters brother brothers sister sisters wife wives husband husbands child
            children parent parents uncle aunt cousin nephew niece grandfather grandmother family families baby mom dad sibling twins
            """
        ),
        (
            "body",
            """
            head face eye eyes ear ears nose mouth tongue tooth teeth neck shoulder shoulders arm arms hand hands finger fingers chest heart
            lung lungs stomach back leg legs knee knees foot skin bone bones blood brain hair lips throat belly flesh muscle muscles
            """
        ),
        (
            "animal",
            """
            animal animals dog dogs cat cats horse horses cow cows cattle sheep lamb lambs goat goats ox oxen ass asses camel camels lion
            lions bear bears wolf wolves bird birds fish serpent snake elephant mouse mice rat rats monkey pig pigs chicken eagle bull
            """
        ),
        (
            "food",
            """
            bread meat wine water milk honey oil flour corn fruit fruits fish egg eggs cheese butter rice sugar salt coffee tea beer food
            meal meals dinner lunch breakfast soup cake chicken beef vegetables kitchen recipe cook cooking eat ate drink drank
            """
        ),
        (
            "colour",
            """
            red blue green yellow black white brown purple orange pink grey gray scarlet crimson violet gold silver colour color colours
            colors
            """
        ),
        (
            "war",
            """
            war wars battle army armies soldier soldiers sword swords spear weapon weapons enemy enemies troops military navy general
            captain captains fight fighting slew slain attack attacked victory defeat missile bomb gun guns killed wounded siege host
            """
        ),
        (
            "government",
            """
            government president senate senator congress parliament minister ministry election elections vote voters voting democrat
            democrats democratic republican republicans party policy political politics campaign governor mayor federal national congressman
            legislation conservative liberal obama trump clinton bush
            """
        ),
        (
            "law",
            """
            law laws court courts judge judges jury trial defendant plaintiff attorney lawyer lawyers legal statute appeal evidence guilty
            crime criminal prison police arrested convicted sentence rights justice constitutional amendment
            contract liability
            """
        ),
        (
            "money",
            """
            money price prices cost costs pay paid payment tax taxes bank banks market markets stock stocks trade company companies business
            dollar dollars euro euros pound pounds shekels shekel profit profits loan debt investment investors economy economic financial
            """
        ),
        (
            "medicine",
            """
            patient patients doctor doctors hospital disease diseases treatment therapy drug drugs medical medicine clinical cancer tumor
            infection virus bacteria symptoms diagnosis surgery dose vaccine blood nurse health pain diabetes cardiac chronic leprosy
            """
        ),
        (
            "biology",
            """
            cell cells gene genes protein proteins dna rna genome species enzyme membrane tissue receptor receptors mutation expression
            plasma molecular cellular organism neurons neuron
            """
        ),
        (
            "physics and chemistry",
            """
            energy mass force velocity temperature pressure electron electrons atom atoms quantum particle particles magnetic electric laser
            wave waves frequency acid chemical molecule molecules oxygen hydrogen carbon reaction solution
            """
        ),
        (
            "mathematics",
            """
            theorem lemma proof equation equations function functions matrix vector integer integers polynomial derivative integral finite
            infinite algebra geometry convex linear probability variable variables let suppose hence denote
            """
        ),
        (
            "statement of code",
            """
            def class return import from if elif else for while try except finally raise with lambda yield pass break continue assert
            static void public private const struct switch case default enum typedef namespace include using var let func fn async await
            """
        ),
        (
            "type or value of code",
            """
            int float double bool boolean char string str list dict tuple array object none null nil true false self this long unsigned
            byte bytes integer
            """
        ),
        (
            "programming",
            """
            function functions method methods argument arguments parameter parameters variable variables module modules attribute attributes
            instance exception error errors callable iterator iterable python code compiler library package default value values type types
            interface implementation bug debug test tests api
            """
        ),
        (
            "computer",
            """
            computer computers file files directory folder path server servers client network internet web website browser email software
            hardware memory disk cpu data database user users password login socket thread threads process processes kernel linux windows
            unix encoding unicode ascii byte bytes http https url html xml json
            """
        ),
        (
            "sport",
            """
            game games team teams player players season league coach goal goals score scored match win wins football soccer baseball
            basketball hockey tennis cricket championship tournament stadium olympic club quarterback
            """
        ),
        (
            "art and music",
            """
            music song songs album band singer film films movie movies actor actress theatre theater art artist artists painting dance
            guitar concert novel poem poet author book books trumpet harp
            """
        ),
        (
            "education",
            """
            school schools student students teacher teachers university college professor class classroom education academic degree lecture
            research study studies exam
            """
        ),
        (
            "landscape and weather",
            """
            mountain mountains hill hills river rivers sea seas lake ocean island islands valley forest wilderness desert field fields land
            earth sky wind winds rain snow storm cloud clouds sun moon stars
            """
        ),
        (
            "travel",
            """
            road roads street streets train trains car cars bus ship ships boat plane airport flight journey travel driver vehicle vehicles
            bridge station hotel
            """
        ),
        (
            "country",
            """
            america england britain france germany spain italy russia china japan india canada mexico brazil australia africa europe israel
            egypt iran iraq syria turkey greece korea pakistan afghanistan ukraine poland sweden norway assyria babylon judah
            """
        ),
        (
            "nationality or language",
            """
            american english british french german spanish italian russian chinese japanese indian canadian mexican australian african
            european israeli egyptian iranian turkish greek korean latin hebrew arabic dutch irish scottish philistines egyptians
            """
        ),
        (
            "place",
            """
            jerusalem london paris york washington rome moscow berlin chicago boston texas california jordan zion samaria gilead bethlehem
            tokyo beijing toronto
            """
        ),
        (
            "first name",
            """
            john james david michael robert william richard thomas charles joseph paul peter george daniel matthew mary sarah anna elizabeth
            moses abraham isaac jacob solomon samuel saul aaron joshua benjamin adam simon luke mark jonathan esther ruth
            """
        ),
        (
            "speech",
            """
            say says said saying speak spoke spoken speaking tell tells told talk talked answered answer asked ask replied cried voice word
            words spake saith called declare declared
            """
        ),
        (
            "thought and feeling",
            """
            think thought know knew known believe believed love loved hate hated fear feared joy glad sad sorrow anger angry wrath hope
            wish desire remember forget understand understood mind feel felt happy afraid
            """
        ),
        (
            "motion",
            """
            go goes went gone going come comes came coming walk walked run ran enter entered return returned depart departed arise arose
            move moved follow followed flee fled bring brought carry carried
            """
        ),
        (
            "death and violence",
            "die died dies dead death kill killed slay murder murdered grave buried bury destroy destroyed perish perished smite smote"
        ),
        ("direction", "north south east west northern southern eastern western left right up down above below upward downward"),
    ]
}
